import { describe, expect, it } from 'vitest';
import { pipeTable } from '../../src/report/pipeTable.ts';

describe('a Markdown table', () => {
  it('has a head, a line of alignments, and a line a row', () => {
    expect(pipeTable(['name', 'size'], [['a', '1']], new Set(['size']))).toBe(
      '| name | size |\n| --- | --: |\n| a | 1 |',
    );
  });

  it('keeps bars and line breaks inside their cells, those of the head too', () => {
    expect(pipeTable(['a|b'], [['|x|\ny']])).toBe('| a\\|b |\n| --- |\n| \\|x\\| y |');
  });
});
