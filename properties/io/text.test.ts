import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, safe, safeLine } from '../../src/io/text.ts';

/** Any UTF-16 text, rich in what is unsafe. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
    fc.constantFrom(
      '\u001b',
      '\r',
      '\n',
      '\t',
      '\u007f',
      '\u009b',
      '\u202e',
      '\u2066',
      '\u2028',
      '\ud800',
      '\\',
      '"',
    ),
    fc.constantFrom('\u{e0041}', '😀'),
  ),
});

describe('safe text', () => {
  it('escapes visibly what could act on a terminal or turn a line round', () => {
    expect(safe('a\u001b[31mred\u001b[0m')).toBe('a\\u001b[31mred\\u001b[0m');
    expect(safe('\r\b\u0000\u007f\u009b2J')).toBe('\\u000d\\u0008\\u0000\\u007f\\u009b2J');
    expect(safe('abc\u202etxt.exe\u2069')).toBe('abc\\u202etxt.exe\\u2069');
    expect(safe('a\u2028b\u2029c\ufeff\u200b')).toBe('a\\u2028b\\u2029c\\ufeff\\u200b');
    expect(safe('\ud83d!\udc00')).toBe('\\ud83d!\\udc00');
    expect(safe('tag \u{e0041}, not a character \ufffe')).toBe('tag \\udb40\\udc41, not a character \\ufffe');
  });

  it('leaves everything else, tabs and newlines among it', () => {
    const text = 'η ≥ 0\t✓ holds\n日本語 😀 é\u0301 \\u001b';
    expect(safe(text)).toBe(text);
  });

  it('leaves nothing unsafe in any text, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = safe(text);
        expect(once).not.toMatch(/[^\P{C}\p{Cn}\p{Co}\t\n]|[\u2028\u2029\ufffe\uffff]/u);
        expect(safe(once)).toBe(once);
      }),
    );
  });

  it('keeps a JSON document the same document', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        expect(JSON.parse(safe(JSON.stringify(value, null, 2)))).toEqual(value);
      }),
    );
  });

  it('brings a text to one line where that is asked', () => {
    expect(safeLine('one\n✓ forged\tline\r\n')).toBe('one\\n✓ forged\\tline\\u000d\\n');
  });
});

describe('cut', () => {
  it('says how much was left out, and leaves a short text alone', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('abc [.. 1 more characters]');
    expect(cut('x'.repeat(5e7), 2000)).toHaveLength(2000 + ' [.. 49998000 more characters]'.length);
  });

  it('does not split a pair of surrogates', () => {
    expect(cut('ab😀cd', 3)).toBe('ab [.. 4 more characters]');
  });
});
