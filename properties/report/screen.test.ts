import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Atlas } from '../../src/atlas/document.ts';
import { slices } from '../../src/atlas/settings.ts';
import { isOtherModel } from '../../src/ladder/tree.ts';
import { atlasTable, cellFinder, jointly, keptAnswer, trainingAnswer } from '../../src/report/atlas.ts';
import { statementsOf } from '../../src/report/claimInfo.ts';
import { headlineWords } from '../../src/report/headlines.ts';
import { ladder } from '../../src/report/html/ladder.ts';
import { shortList } from '../../src/report/list.ts';
import { screen } from '../../src/report/screen.ts';
import { terminal } from '../../src/report/terminal.ts';
import type { Result } from '../../src/verify/result.ts';
import { listClaims } from '../../src/verify/verify.ts';
import { finding, open, result, rows, unexpected } from './synthetic.ts';

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8'));
const kept: Result = read('verify-result.json');
const atlas: Atlas = read('atlas/atlas.json');
const statements = statementsOf(listClaims());

/** Whether it fits a terminal of 24 lines of 80 columns that shows a prompt below it. */
function expectOneScreen(text: string): void {
  const lines = text.split('\n');
  expect(lines.length).toBeLessThanOrEqual(23);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
}

describe('the screen of a run', () => {
  const text = screen(kept, { width: 80, statements, training: keptAnswer() });
  const lines = text.split('\n');

  it('is one screen', () => expectOneScreen(text));

  it('has each headline claim with a line a rung, in the order of the report: what it does, whether expected, how often, how decided', () => {
    for (const { claim, rungs } of listClaims().filter(({ headline }) => headline)) {
      const at = lines.findIndex((line) => line.startsWith(`${claim} (`));
      const { title } = headlineWords(claim)!;
      expect(lines[at].endsWith(`: ${title[0].toLowerCase()}${title.slice(1)}`), lines[at]).toBe(true);
      const order = ladder.map(({ id }) => id);
      const sorted = rungs
        .filter(({ rung }) => !isOtherModel(rung))
        .sort((a, b) => order.indexOf(a.rung) - order.indexOf(b.rung));
      for (const [i, { rung }] of sorted.entries())
        expect(lines[at + 1 + i]).toMatch(
          new RegExp(
            `^ {2}${rung}.* [✓✗] (holds|false) {2}= {2}((holds )?in .*(certified|measured)|≥ .* of published runs, start to end)$`,
          ),
        );
    }
  });

  const others = listClaims().filter(({ headline }) => !headline);

  it('names the rungs on which a headline claim is not checked, counts the other claims and the findings, and names what shows more', () => {
    expect(lines).toContain(
      'Not checked: sparsification on population, snap on sgd  why ✗: --counterexamples',
    );
    expect(text).toMatch(
      /^Other claims, models: \d+ hold, \d+ false {2}= {2}--all {2,}21 findings {2}= {2}--findings$/m,
    );
    expect(text).toMatch(
      /^= As expected: \d+ verdicts(, 21 findings)?; [\d,]+ worlds, seed 230516380, [\d min]+s\.$/m,
    );
  });

  it('counts rows and kinds of findings where every headline claim is checked on the same rungs', () => {
    const some = kept.rows.filter(({ claim }) => !['sparsification', 'snap'].includes(claim));
    const full = screen({ ...kept, rows: some });
    const rungs = others.flatMap((claim) => claim.rungs).length;
    expect(full).not.toContain('Not checked');
    expect(full).toMatch(
      new RegExp(
        `^${others.length} other claims, ${rungs} rows: \\d+ hold, \\d+ false {2}= +--all, --counterexamples$`,
        'm',
      ),
    );
    expect(full).toMatch(/^21 lines to mend: 9 false, .* {2}= +--findings$/m);
  });

  it('counts them too where one is not as expected, and says nothing of rungs that an interruption left out', () => {
    const [one, ...more] = kept.findings;
    const findings = [{ ...one, outcome: 'refuted' as const }, ...more];
    const odd = screen({ ...kept, findings }).split('\n');
    expect(odd).toContain('Not checked: sparsification on population, snap on sgd');
    expect(odd.join(' ')).toMatch(/21 lines to mend: 8 false, .*, 1 not confirmed\s+≠\s+--findings/);
    expect(odd.find((line) => line.startsWith('37 other claims, '))).toMatch(/ --all, --counterexamples$/);
    expect(screen({ ...kept, interrupted: true })).not.toContain('Not checked');
  });

  it('is as wide as a page, 80 columns, on a terminal that has more', () => {
    expect(screen(kept, { width: 100, statements, training: keptAnswer() })).toBe(text);
  });

  it('says of a statement that is false how often it holds, and whether a violation is certified', () => {
    const [population, flow] = [true, false].map((certified) =>
      screen(result({ counterexamples: [{ ...result().counterexamples[0], certified }] })),
    );
    // Of 200 worlds 113 violate it; 99 % limits of that are 46 to 65 %.
    expect(population).toContain('✗ false  =  holds in 35–54 % of worlds; certified');
    expect(flow).toContain('✗ false  =  holds in 35–54 % of worlds; measured');
  });

  it('does not say of a statement that is false that it holds in all worlds, where only a kept one violates it', () => {
    const few = {
      ...rows[2],
      held: 6,
      violated: 0,
      worlds: 6,
      limits: { ...rows[2].limits, low: 0, high: 0.59 },
    };
    expect(screen(result({ rows: [few] }))).toContain('✗ false  =  6 worlds held; a kept one not');
  });

  it('shows what is not as expected in full, and nothing of the rest', () => {
    const [known] = result().counterexamples;
    const stray = {
      ...known,
      claim: 'snap',
      rung: 'sgd',
      expected: false,
      words: 'It moved.',
      replay: 'again',
    };
    const odd = screen(
      result({
        rows: [...rows, { ...unexpected, statement: 'It slows.' }],
        counterexamples: [known, stray],
        undecided: [open, { ...open, claim: 'discriminative', rung: 'population' }],
        findings: [finding(), finding({ id: 'remark-2', outcome: 'refuted' })],
      }),
      { statements },
    );
    for (const shown of [
      /sgd \(training\) +\? undecided {2}≠ holds {2}in ≥ 97.3 % of worlds; statistical/,
      'Checked: It slows.',
      '≠ passes',
      'snap on sgd (NOT expected',
      'It moved.',
      'replay: again',
      'snap on sgd: 1 world\n',
      '✗ refuted ≠ confirmed  remark-2',
      'As printed it fails in 3 of 30 worlds.',
      /\n≠ Not as expected: 1 of 4 verdicts: snap on sgd \(expected holds, found\s+undecided;/,
    ])
      expect(odd).toMatch(shown);
    for (const hidden of [
      'Token 5 is distinct',
      'equation-88',
      'Row sums do not move',
      'discriminative on population',
    ])
      expect(odd).not.toContain(hidden);
  });

  it('does not say that all is as expected beside a counterexample that is not', () => {
    const [known] = result().counterexamples;
    const odd = screen(result({ counterexamples: [{ ...known, expected: false }] }), { width: 200 });
    expect(odd).toMatch(/≠ Not as expected: an unexpected counterexample to discriminative on population;/);
  });

  it('tells a row that was cut short apart from one that failed', () => {
    const cut = { ...unexpected, complete: false, control: 'not run', worlds: 0, undecided: 0 } as const;
    const short = screen(result({ interrupted: true, rows: [...rows, cut] }), { width: 200 });
    expect(short).toContain('? undecided  cut short  no world was checked');
    expect(short).not.toContain('Checked');
    expect(short).toMatch(/\nInterrupted; as expected so far: 3 verdicts/);
    expect(screen(result({ interrupted: true, rows: [] }))).toMatch(/^Interrupted before any row/);
  });
});

describe('when training follows the paper, in a sentence', () => {
  it('has limits of the kept atlas that are true of all claims and ratios it speaks of', () => {
    const find = cellFinder(atlas);
    const at = (ratio: number) =>
      atlas.claims.map((claim) => jointly(atlas, find(claim, slices[0].rows[0], ratio)!));
    const [, lowest, only] =
      /holds in ≥ ([\d.]+) % .* 100 times faster; at equal rates only ([\w, ]+)\.$/.exec(
        trainingAnswer(atlas)!,
      )!;
    const low = Number(lowest);
    for (const limits of [...at(1e2), ...at(1e3), ...at(1e4)])
      expect(limits.low).toBeGreaterThanOrEqual(low / 100);
    const others = at(1).filter((_, i) => !only.split(', ').includes(atlas.claims[i]));
    expect(others.length).toBeGreaterThan(0);
    for (const limits of others) expect(limits.high).toBeLessThan(low / 100);
  });

  it('is left out where a cell of it is missing', () =>
    expect(
      trainingAnswer({
        ...atlas,
        cells: atlas.cells.slice(1).filter(({ setting }) => !/ratio=100 commons=1 /.test(setting)),
      }),
    ).toBeUndefined());
});

describe('the map on a terminal', () => {
  const lines = atlasTable(atlas, 80).split('\n');

  it('fits 80 columns, and ends with the answer', () => {
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines.slice(-10).join(' ')).toContain(trainingAnswer(atlas));
  });

  it('has whole percents that are rounded outward', () => {
    const find = cellFinder(atlas);
    const [claim] = atlas.claims;
    const { low, high } = jointly(atlas, find(claim, slices[0].rows[0], 10)!);
    const [, from, to] = /(\d+)–(\d+) %/.exec(
      lines.find((line) => /^ {2}1 /.test(line))!.split(/ {2,}/)[4 + 1],
    )!;
    expect(Number(from)).toBe(Math.floor(100 * low));
    expect(Number(to)).toBe(Math.ceil(100 * high));
  });
});

describe('what is printed in full', () => {
  const many = result({ findings: kept.findings, undecided: [open] });
  const table = 'Checked: Row sums do not move.';
  const story = 'Token 5 is distinct';
  const words = 'we analyze the original dynamics';
  const short = 'original-dynamics  false  Section 4';

  it.each([
    ['by default', {}, [], [table, story, words, short]],
    ['with --all', { all: true }, [table, words, 'Undecided: 1'], [story, short]],
    ['with --counterexamples', { counterexamples: true }, [story], [table, words, short]],
    ['of claims or rungs that are named', { named: true }, [table, story, 'Undecided: 1', short], [words]],
    ['of those with --all', { named: true, all: true }, [table, story, words], [short]],
  ] as const)('%s', (_, view, shown, hidden) => {
    const text = terminal(many, view).replaceAll(/\s+/g, ' ');
    for (const part of shown) expect(text).toContain(part.replaceAll(/\s+/g, ' '));
    for (const part of hidden) expect(text).not.toContain(part.replaceAll(/\s+/g, ' '));
  });

  it('ends with the screen, unless claims or rungs are named', () => {
    const last = screen(many);
    for (const view of [{}, { all: true }, { counterexamples: true }])
      expect(terminal(many, view).endsWith(last)).toBe(true);
    expect(terminal(many, { named: true })).not.toContain('--counterexamples');
  });

  it('is one screen of the findings alone', () => {
    const alone = result({ rows: [], counterexamples: [], findings: kept.findings });
    const text = terminal(alone, {});
    expectOneScreen(text);
    for (const { id } of kept.findings) expect(text).toMatch(new RegExp(`^✓ =  ${id} `, 'm'));
    expect(text).toContain('--all');
    expect(terminal(alone, { all: true })).toContain('Holds:');
  });
});

describe('the list of what can be checked', () => {
  const claims = listClaims();
  const text = shortList(claims, kept.findings);

  it('is one screen that names every claim and finding, and what shows more', () => {
    expectOneScreen(text);
    for (const { claim } of claims) expect(text).toMatch(new RegExp(`\\b${claim}\\b`));
    for (const { id } of kept.findings) expect(text).toContain(id);
    expect(text).toContain('--list --all');
  });
});
