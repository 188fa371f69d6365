import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwritable } from '../../src/io/write.ts';
import { markdown } from '../../src/report/markdown.ts';
import { writeReport } from '../../src/report/write.ts';
import { finding, open, result, rows, unexpected } from './synthetic.ts';

/** Its first table. */
const tableOf = (text: string): string => text.split('\n\n').find((block) => block.startsWith('|'))!;

describe('the Markdown summary', () => {
  it('has a line per row with the same number of cells, headline claims first', () => {
    const lines = tableOf(markdown(result())).split('\n');
    expect(lines).toHaveLength(rows.length + 2);
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
    expect(lines[2]).toMatch(/^\| \*\*discriminative\*\* \| Theorem 2 \| population \| ✗ false \| = \|/);
  });

  it('keeps a bar in a name inside its cell', () => {
    const text = tableOf(markdown(result({ rows: [{ ...rows[0], source: 'max |E_ij|' }] })));
    expect(text).toContain('max \\|E_ij\\|');
  });

  it('says what was expected where it did not come', () => {
    expect(markdown(result({ rows: [unexpected] }))).toContain('| ? undecided | ≠ holds |');
  });

  it('tells statements, controls, counterexamples with their worlds, replay commands and pictures', () => {
    const text = markdown(result(), [], [{ file: 'a.svg', alt: 'A picture' }]);
    expect(text).toContain('Control, which drops the projection in the gradient: fails as it must.');
    expect(text).toContain('Token 5 is distinct to class 1');
    expect(text).toContain('{"vocabulary":6}');
    expect(text).toContain('npx snapcheck verify discriminative --rung population --seed 1 --path 3:0');
    expect(text).toContain('![A picture](a.svg)');
  });

  it('tells findings with their evidence, undecided worlds and a reduced size', () => {
    const text = markdown(result({ findings: [finding()], undecided: [open], fullRuns: 2000 }));
    expect(text).toContain('| equation-88 | Appendix D.5, Eq. 88 | misprint |');
    expect(text).toContain('- `equation-88`, confirmed, certified. As printed it fails in 3 of 30 worlds.');
    expect(text).toContain('- snap on sgd. an equality, open with 320 digits. `npx snapcheck verify snap`');
    expect(text).toContain('Reduced size: 100 random worlds');
    expect(markdown(result())).not.toMatch(/Findings|Undecided worlds|Reduced size/);
  });

  it('leaves a large world to the JSON', () => {
    const [known] = result().counterexamples;
    const large = { ...known, world: Array.from({ length: 2000 }, () => 0) };
    expect(markdown(result({ counterexamples: [large] }))).toContain('is in `result.json`');
  });
});

describe('the report directory', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('holds the page, the JSON, the JUnit XML, the summary and every picture that the summary shows', async () => {
    const out = join(dir, 'a', 'b');
    const { page } = await writeReport(out, result(), [], 'snapcheck verify');
    expect(page).toBe(join(out, 'report.html'));
    const summary = join(out, 'summary.md');
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toEqual(result());
    const shown = [...readFileSync(summary, 'utf8').matchAll(/!\[.*?\]\((.*?)\)/g)].map(([, file]) => file);
    expect(readdirSync(out).sort()).toEqual(
      [...shown, 'report.html', 'result.json', 'junit.xml', 'summary.md'].sort(),
    );
  });

  it('cannot be a file, or stand in one', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(unwritable(join(dir, 'new', 'deep'))).toBeUndefined();
    expect(unwritable(file)).toContain('is a file');
    expect(unwritable(join(file, 'deep'))).toContain('is a file');
  });
});
