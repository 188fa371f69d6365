import { describe, expect, it } from 'vitest';
import { closing } from '../../src/report/closing.ts';
import { ansi, paintFor, plain } from '../../src/report/colour.ts';
import { counterexamples } from '../../src/report/counterexamples.ts';
import { table } from '../../src/report/table.ts';
import { result, row, rows, unexpected } from './synthetic.ts';

const statements = new Map([['discriminative', 'Every distinct token gains attention.']]);

describe('the terminal table', () => {
  it('tells claim, source, statement, verdict, worlds, limits, margin, digits, control and time', () => {
    expect(table(result(), { statements })).toBe(
      `
  rung           verdict     decided      worlds  violating   margin  digits  control   time

discriminative  Theorem 2  ★
  Every distinct token gains attention.
  two-timescale  ✓ holds     certified   200/0/0          –  3.4e-12      34  ✓ fails  3.2 s
  population     ✓ violated  measured   87/113/0    46–65 %   -0.012       –  ✓ fails   12 s

conservation  section 3.1
  sgd            ✓ holds     certified   200/0/0          –        –      34  ✓ fails  3.2 s

  verdict    ✓ as expected, ✗ not
  worlds     random worlds in which the statement held / was violated / stayed undecided
  violating  exact 99 % limits of the fraction of worlds that violate it
  margin     the least seen, relative to what is compared; negative: violated
  digits     the most decimal digits that any enclosure needed
  control    the same check with a hypothesis dropped; it must fail
  ★          what the paper is known for`.slice(1),
    );
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

  it('shows every column in 100', () => {
    const long = row({
      claim: 'discriminative-symmetric',
      rung: 'two-timescale',
      held: 1000,
      worstMargin: -3.4e-12,
    });
    const text = table(result({ rows: [...rows, unexpected, long] }));
    expect(text.split('\n')[0]).toMatch(/time$/);
  });

  it('leaves out a column that tells nothing of any row', () => {
    const text = table(result({ rows: [row()] }));
    expect(text.split('\n')[0]).not.toMatch(/violating|margin/);
    expect(text).not.toContain('–');
  });

  it('marks a verdict that is not the expected one and a control that finds nothing', () => {
    expect(table(result({ rows: [unexpected] }))).toMatch(/✗ undecided.*✗ passes/);
  });

  it('colours a terminal, and nothing else', () => {
    const code = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
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
    expect(closing(result())).toBe('As expected: 3 verdicts (2 hold, 1 violated); 600 worlds, seed 1, 41 s.');
  });

  it('names what is not, and why', () => {
    expect(closing(result({ rows: [...rows, unexpected] }))).toBe(
      'Not as expected: 1 of 4 verdicts: snap on sgd (expected holds, came undecided; its control passes, so the check is vacuous); 800 worlds, seed 1, 41 s.',
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
      'Interrupted; as expected so far: 3 verdicts (2 hold, 1 violated); snap on sgd cut short after 7 worlds; 607 worlds, seed 1, 41 s.',
    );
    expect(closing(result({ rows: [cut] }))).toMatch(/^Not as expected/);
  });
});
