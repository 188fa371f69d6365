import { describe, expect, it } from 'vitest';
import { KINDS } from '../../src/findings/kinds.ts';
import { CONTROL } from '../../src/io/streams.ts';
import { closing } from '../../src/report/closing.ts';
import { ansi, paintFor, plain } from '../../src/report/colour.ts';
import { counterexamples } from '../../src/report/counterexamples.ts';
import { byKind, findingBlock, findingTable, findingTally } from '../../src/report/findings.ts';
import { table } from '../../src/report/table.ts';
import { terminal } from '../../src/report/terminal.ts';
import { undecidedBlock } from '../../src/report/undecided.ts';
import { asExpected } from '../../src/verify/result.ts';
import { finding, result, row, rows, unexpected } from './synthetic.ts';

const statements = new Map([['discriminative', 'Every distinct token gains attention.']]);

describe('the terminal table', () => {
  it('tells claim, source, statement, verdict, what was expected, worlds, limits, margin, digits, width, control and time', () => {
    expect(table(result(), { width: 106, statements })).toBe(
      `
  rung           verdict  expected  decided      worlds  violating   margin  digits  width  control   time

discriminative  Theorem 2  ★
  Every distinct token gains attention.
  population     ✗ false  =         measured   87/113/0    46–65 %   -0.012       –      –  = both    12 s
    Checked: Distinct tokens gain at every step.
    Control drops the projection in the gradient.
    Idle: in 3 more worlds that of which the statement speaks never happened.
  two-timescale  ✓ holds  =         certified   200/0/0          –  3.4e-12      34  1e-21  = fails  3.2 s
    Checked: Distinct tokens gain at any Z.
    Control drops the projection in the gradient.

conservation  section 3.1
  sgd            ✓ holds  =         certified   200/0/0          –        –      34  1e-21  = fails  3.2 s
    Checked: Row sums do not move.
    Control drops the projection in the gradient.

  rung       a version of the dynamics: from training (sgd) to the theorems
  verdict    ✓ holds, ✗ false, ? undecided; false: some world violates it
  expected   = as expected, ≠ not as expected
  decided    certified: intervals; statistical: exact limits; measured: floats
  worlds     random problems and starts: held / violated / undecided
  violating  exact 99 % limits of the fraction of worlds that violate it; an undecided one counts for the
             upper
  margin     the least seen, relative to what is compared; negative: violated
  digits     the most decimal digits that any enclosure needed
  width      equalities: |left - right| is at most so many times their scale
  control    the check without a hypothesis: it must fail, or proves nothing; both: a false statement must
             also hold once the hypothesis that it lacks is restored
  ★          what the paper is known for`.slice(1),
    );
  });

  it('is with a claim of one row, and the last line, a screen of 23 lines and 80 columns', () => {
    // Every column has a value but the limits, which a certified row has not.
    const one = result({ rows: [row({ restored: null })], findings: [], counterexamples: [], runs: 80 });
    const text = terminal(one, { named: true }, { width: 80, statements });
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    // No word of the legend takes two lines there.
    expect(lines.filter((line) => /^ {13}/.test(line))).toEqual([]);
  });

  it('puts the headline claims first', () => {
    const text = table(result());
    expect(text.indexOf('discriminative')).toBeLessThan(text.indexOf('conservation'));
  });

  it.each([60, 80, 100, 120])('fits %i columns and keeps rung, verdict, worlds and control', (width) => {
    const text = table(result({ rows: [...rows, unexpected] }), { width, statements });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const title of ['rung', 'verdict', 'worlds', 'control'])
      expect(text.split('\n')[0]).toContain(title);
  });

  it('shows every column in 118; in 107 all but the time', () => {
    const long = row({
      claim: 'discriminative-symmetric',
      rung: 'two-timescale',
      held: 1000,
      worstMargin: -3.4e-12,
    });
    const head = (width: number) =>
      table(result({ rows: [...rows, unexpected, long] }), { width }).split('\n')[0];
    expect(head(118)).toMatch(/width +control +time$/);
    expect(head(107)).toMatch(/width +control$/);
  });

  it('leaves out a column that tells nothing of any row', () => {
    const text = table(result({ rows: [row()] }));
    expect(text.split('\n')[0]).not.toMatch(/violating|margin/);
    expect(text).not.toContain('–');
  });

  it('marks a verdict that is not the expected one and a control that finds nothing', () => {
    expect(table(result({ rows: [unexpected] }))).toMatch(/\? undecided +≠ holds.*≠ passes/);
  });

  it('colours a terminal, and nothing else', () => {
    const code = new RegExp(`${CONTROL}\\[\\d+m`, 'g');
    const strip = (text: string) => text.replace(code, '');
    expect(strip(table(result(), { paint: ansi }))).toBe(table(result()));
    expect(paintFor({ isTTY: true }, {})).toBe(ansi);
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(plain);
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' })).toBe(plain);
    expect(paintFor({}, {})).toBe(plain);
  });
});

describe('counterexamples in words', () => {
  it('tell what was violated, by how much, and the command that shows it again', () => {
    const text = counterexamples(result());
    expect(text).toContain('discriminative on population (expected');
    expect(text).toContain(
      'Token 5 is distinct to class 1, and loses attention at step 31: margin -0.0034 of its scale.',
    );
    expect(text).toContain(
      '  replay: npx snapcheck verify discriminative --rung population --seed 1 --path 3:0',
    );
  });

  it('say of a command that is wider than a line that it is one, and what of it may go', () => {
    const note = 'A replay command is one line, to be copied whole.';
    expect(counterexamples(result(), 100)).not.toContain(note);
    const narrow = counterexamples(result(), 60);
    expect(narrow).toContain(note);
    expect(narrow).toContain(
      '\n  replay: npx snapcheck verify discriminative --rung population --seed 1 --path 3:0',
    );
    expect(narrow.split(note)).toHaveLength(2);
  });

  it('name the unexpected ones first', () => {
    const [known] = result().counterexamples;
    const text = counterexamples(
      result({ counterexamples: [known, { ...known, claim: 'snap', expected: false }] }),
    );
    expect(text.indexOf('snap on population (NOT expected')).toBeLessThan(text.indexOf('discriminative'));
  });

  it('are left out when there are none', () => {
    expect(counterexamples(result({ counterexamples: [] }))).toBe('');
  });
});

describe('the closing line', () => {
  it('says that all is as expected', () => {
    expect(closing(result())).toBe('As expected: 3 verdicts (2 hold, 1 false); 600 worlds, seed 1, 41 s.');
  });

  it('names what is not, and why', () => {
    expect(closing(result({ rows: [...rows, unexpected] }))).toBe(
      'Not as expected: 1 of 4 verdicts: snap on sgd (expected holds, found undecided; its control passes, so the check is vacuous); 800 worlds, seed 1, 41 s.',
    );
  });

  it('says when the run was cut short', () => {
    expect(closing(result({ interrupted: true }))).toMatch(/^Interrupted; as expected so far: 3 verdicts/);
    expect(closing(result({ interrupted: true, rows: [] }))).toMatch(
      /^Interrupted before any row was finished;/,
    );
  });

  it('does not hold against a row that it was cut short', () => {
    const cut = { ...unexpected, control: 'not run', worlds: 7 } as const;
    expect(closing(result({ interrupted: true, rows: [...rows, cut] }))).toBe(
      'Interrupted; as expected so far: 3 verdicts (2 hold, 1 false); snap on sgd cut short after 7 worlds; 607 worlds, seed 1, 41 s.',
    );
    expect(closing(result({ rows: [cut] }))).toMatch(/^Not as expected/);
    // Its controls came first, and some of its worlds are left.
    const some = { ...unexpected, control: 'fails as it must', complete: false, worlds: 7 } as const;
    expect(closing(result({ interrupted: true, rows: [some] }))).toContain(
      'snap on sgd cut short after 7 worlds',
    );
    expect(table(result({ interrupted: true, rows: [some] }))).toMatch(/\? undecided +cut short/);
    const refuted = { ...some, verdict: 'violated' } as const;
    expect(closing(result({ interrupted: true, rows: [refuted] }))).toMatch(
      /^Interrupted; not as expected so far/,
    );
  });
});

describe('the size of a run', () => {
  it('is told where it is a reduced one', () => {
    expect(table(result({ runs: 100, fullRuns: 2000 }))).toContain(
      'size       reduced: 100 worlds in a row of share 1; --thorough: 2,000\n',
    );
    expect(table(result({ runs: 2000, fullRuns: 2000 }))).not.toContain('reduced');
  });
});

describe('undecided worlds', () => {
  const open = {
    claim: 'snap',
    rung: 'sgd',
    margin: { name: "z' of token 5", value: 3e-21, time: 0 },
    digits: 320,
    replay: 'npx snapcheck verify snap --rung sgd --seed 1 --path 7',
  };
  it('are counted by row, and the first of each is shown with its margin, its digits and how to see it again', () => {
    const other = { ...open, rung: 'flow', margin: null, digits: null };
    const text = undecidedBlock(result({ undecided: [open, other, { ...open, replay: 'elsewhere' }] }));
    expect(text).toContain('Undecided: 3 of 600 worlds');
    expect(text).toContain('snap on sgd: 2 worlds; all are in --json, the first is');
    expect(text).toContain("z' of token 5: margin near 3.0e-21 of its scale, open with 320 digits");
    expect(text).toContain(open.replay);
    expect(text).not.toContain('elsewhere');
    expect(text).toContain('snap on flow: 1 world\n  an equality, open within the error of its integration');
  });
  it('are left out when there are none', () => expect(undecidedBlock(result())).toBe(''));
});

describe('findings', () => {
  const wrong = finding({ id: 'remark-2', outcome: 'refuted' });
  it('tell the line and what it should say; evidence only where it is not as expected', () => {
    const text = findingBlock([finding(), wrong]);
    expect(text).toContain('✓ confirmed  equation-88  misprint');
    expect(text).toContain("    Appendix D.5, Eq. 88: “q_0((1+theta_n') + sum ..)”");
    expect(text).toContain('    Holds: q0 (-(1 + theta) + |E|)');
    expect(text).toContain('2 findings in the paper: 2 are misprints, 1 of them refuted');
    expect(text).toContain('✗ refuted ≠ confirmed  remark-2');
    expect(text.split('As printed it fails')).toHaveLength(2);
    expect(findingBlock([])).toBe('');
  });
  it('fit the width', () => {
    const long = finding({ corrected: 'word '.repeat(60) });
    for (const line of findingBlock([long], 60).split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });
  it('are counted in the closing line, and named there when not as expected', () => {
    expect(closing(result({ findings: [finding()] }))).toBe(
      'As expected: 3 verdicts (2 hold, 1 false) and 1 finding in the paper: 1 is a misprint; 600 worlds, seed 1, 41 s.',
    );
    expect(closing(result({ findings: [finding(), wrong] }))).toBe(
      'Not as expected: 1 of 2 findings: remark-2 (expected confirmed, found refuted); 600 worlds, seed 1, 41 s.',
    );
    expect(closing(result({ rows: [], findings: [finding()] }))).toBe(
      'As expected: 1 finding in the paper: 1 is a misprint; seed 1, 41 s.',
    );
  });
  it('are counted by kind in plain words, the gravest kind first', () => {
    const kinds = ['misprint', 'gap', 'false as printed', 'misprint', 'gap'] as const;
    const all = [...kinds.map((kind) => finding({ kind })), finding({ kind: KINDS[3] })];
    expect(findingTally(all)).toBe(
      '6 findings in the paper: 1 line is false as printed, 2 proofs have a gap, 2 are misprints, 1 constant or hypothesis can be better',
    );
    expect(byKind(all).map(({ kind }) => kind)).toEqual(
      [...all.map(({ kind }) => kind)].sort((a, b) => KINDS.indexOf(a) - KINDS.indexOf(b)),
    );
    for (const text of [findingBlock(all), findingTable(all)])
      expect(text.replaceAll(/\s+/g, ' ')).toContain(findingTally(all));
  });
  it('fail the run when they are not as expected', () => {
    expect(asExpected(result({ findings: [finding()] }))).toBe(true);
    for (const outcome of ['refuted', 'open'] as const)
      expect(asExpected(result({ findings: [finding({ outcome })] }))).toBe(false);
  });
  it('are a Markdown table with as many cells in every line, a bar kept inside its cell', () => {
    const [counted, , ...lines] = findingTable([finding(), wrong]).split('\n');
    expect(counted).toContain('2 are misprints');
    expect(lines).toHaveLength(4);
    const cells = lines.map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(cells).size).toBe(1);
    expect(lines[3]).toContain('✗ refuted ≠ confirmed');
  });
});
