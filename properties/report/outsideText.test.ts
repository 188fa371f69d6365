import { describe, expect, it } from 'vitest';
import { safe } from '../../src/io/text.ts';
import { junit } from '../../src/report/junit.ts';
import { verifySuites } from '../../src/report/junitSuites.ts';
import { markdown } from '../../src/report/markdown.ts';
import { HOSTILE, withTexts } from './hostile.ts';
import { wellFormed } from './wellFormed.ts';

/** As the file is written. */
const summary = safe(markdown(withTexts(HOSTILE)));
const report = safe(junit(verifySuites(withTexts(HOSTILE)), new Date(0)));

describe('outside text in the files of a report', () => {
  it('acts on no terminal and turns no line round', () => {
    for (const text of [summary, report])
      expect(text).not.toMatch(/[^\P{Cc}\t\n]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u);
    expect(summary).toContain('\\u202e');
    expect(report).toContain('\\u202e');
  });

  it('leaves the XML well-formed', () => {
    expect(wellFormed(report.replace(/^<\?.*\?>/, ''))).toBeUndefined();
  });

  it('is neither markup nor a link in the Markdown of a counterexample, and does not leave its code', () => {
    const at = summary.indexOf('## Counterexamples');
    const [part] = summary.slice(at).split('## Undecided');
    // What is in code is text: fences are longer than any in it.
    const prose = part.replaceAll(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '');
    expect(prose).toContain('window.ran');
    expect(prose).not.toMatch(/<\w/);
    expect(prose).not.toMatch(/(?<!\\)\]\(/);
  });
});
