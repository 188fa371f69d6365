import { describe, expect, it } from 'vitest';
import { placeText, shown } from '../../src/io/place.ts';

describe('a place in a document', () => {
  it('is named from the document down, lists counted from 0', () => {
    expect(placeText(['classes', 0, 'tokens', 2])).toBe('classes[0].tokens[2]');
    expect(placeText([])).toBe('');
  });

  it('has no empty part: a key may be an empty text', () => {
    expect(placeText([''])).toBe('""');
    expect(placeText(['Z', '', ''])).toBe('Z."".""');
    expect(shown('', false)).toBe('""');
  });
});
