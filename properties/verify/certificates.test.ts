// heavy: 9 s
/** Certificates: the independent checker confirms them, and refuses each that is changed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { certificateOf } from '../../src/decide/certificate.ts';
import { decide, defaultPrecision } from '../../src/decide/enclosure.ts';
import { visitWorlds } from '../../src/decide/search.ts';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { writeCertificates } from '../../src/verify/certificates.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import type { Result } from '../../src/verify/result.ts';
import { verify } from '../../src/verify/verify.ts';
import {
  type CertificateLine,
  checked,
  hasPython,
  type IndexLine,
  indexOf,
  linesOf,
  moved,
  refusedOf,
  type StepLine,
} from './certificateFiles.ts';

/** With exp, ln and sqrt, equalities and inequalities; unbounded enclosures; two claims that are false, one of them in training. */
const CLAIMS = ['discriminative', 'common-tokens-lose', 'scan-curve', 'decoder-clock', 'gradient', 'speed'];
const RUNGS = ['two-timescale', 'sign', 'algebra', 'frozen', 'sgd'];

let folder: string;
let rows: IndexLine[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapcheck-certificates-'));
  const of = ({ claim, rung }: { claim: string; rung: string }) =>
    claim === 'discriminative' && rung === 'sgd';
  const inTraining: Result = JSON.parse(
    readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
  );
  const parts = [
    await verify({
      claims: CLAIMS.filter((claim) => claim !== 'gradient'),
      rungs: RUNGS.filter((rung) => rung !== 'sgd'),
      runs: 4,
    }),
    await verify({ claims: ['gradient'], rungs: ['sgd'], runs: 4 }),
    // Decided in the kept run: to enclose its control and the worlds that restore it takes longer than all certificates.
    {
      rows: inTraining.rows.filter(of),
      counterexamples: inTraining.counterexamples.filter(of),
    },
  ];
  const result: Result = {
    ...inTraining,
    seed: DEFAULT_SEED,
    rows: parts.flatMap((part) => part.rows),
    counterexamples: parts.flatMap((part) => part.counterexamples),
  };
  expect(result.rows.map(({ claim, rung }) => `${claim} ${rung}`).sort()).toEqual(
    rowsOf(CLAIMS, RUNGS)
      .map(({ claim, check }) => `${claim.id} ${check.rung}`)
      .sort(),
  );
  const { failed } = await writeCertificates(folder, result, {
    rows: rowsOf(CLAIMS, RUNGS),
    precision: defaultPrecision,
  });
  expect(failed).toEqual([]);
  rows = indexOf(folder).rows;
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const rowOf = (claim: string, rung: string): IndexLine =>
  rows.find((row) => row.claim === claim && row.rung === rung)!;

/** The certificates of a row: read once, since a file is long. What a test changes is a copy. */
const read = new Map<IndexLine, CertificateLine[]>();
function linesOfRow(claim: string, rung: string): readonly CertificateLine[] {
  const row = rowOf(claim, rung);
  if (!read.has(row)) read.set(row, linesOf(folder, row));
  return read.get(row)!;
}

/** A row with one of its certificates alone. */
function alone(claim: string, rung: string, at = 0): [IndexLine, CertificateLine] {
  const row = structuredClone(rowOf(claim, rung));
  return [{ ...row, certificates: [row.certificates[at]] }, structuredClone(linesOfRow(claim, rung)[at])];
}

/**
 * The place of the first certificate of a row and of its first step of a kind that has 40 digits (the digits of these rows: then a unit of
 * its ends is a unit in the last place) and a width.
 */
function fullStep(claim: string, rung: string, kind: string): [at: number, step: number] {
  for (const [at, { steps }] of linesOfRow(claim, rung).entries()) {
    const step = steps.findIndex(
      ([k, ...rest]) =>
        k === kind && String(rest.at(-3)).replaceAll(/\D/g, '').length === 40 && rest.at(-2) !== 0,
    );
    if (step >= 0) return [at, step];
  }
  throw new Error(`${claim} on ${rung}: no ${kind} of 40 digits`);
}

/** A plain value with the number at a place, in the order of its text, made larger. */
function withOther(world: unknown, place: number): unknown {
  let at = 0;
  const copied = (x: unknown): unknown => {
    if (typeof x === 'number') return at++ === place ? x + 2 ** -30 : x;
    if (Array.isArray(x)) return x.map(copied);
    if (typeof x !== 'object' || x === null) return x;
    return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, copied(part)]));
  };
  return copied(world);
}

describe.skipIf(!hasPython)(`the checker${hasPython ? '' : ' (skipped: there is no python3)'}`, () => {
  it('confirms every certificate, and the index says what has none', () => {
    const { status, text } = checked(folder);
    expect(text).not.toContain('REFUSED');
    expect(status).toBe(0);
    const made = rows.reduce((sum, { certificates }) => sum + certificates.length, 0);
    expect(text).toContain(`${made} certificates confirmed`);
    for (const { decided, worlds, certificates, without, why, claim, rung } of rows as (IndexLine & {
      decided: string;
      worlds: number;
    })[]) {
      const random = certificates.filter(({ name }) => name.startsWith('world')).length + without.length;
      if (why === null) expect(random, `${claim} ${rung}`).toBeGreaterThanOrEqual(worlds);
      else
        expect(why, `${claim} ${rung}`).toMatch(
          decided === 'certified'
            ? /first|trajectory/
            : decided === 'proved'
              ? /every world/
              : /floating point/,
        );
    }
    expect(rowOf('speed', 'algebra').certificates).toEqual([]);
  });

  it('bounds exp from both sides, as closely as it says', () => {
    const text = [
      `import sys; sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../../fixtures/certificates'))})`,
      'sys.dont_write_bytecode = True',
      'from check_certificates import exp_bounds',
      'from decimal import Decimal, getcontext',
      'from fractions import Fraction',
      'getcontext().prec = 300',
      'for p in range(-40, 41):',
      '  for x in (Fraction(p, 7), Fraction(p * abs(p)) * 13, Fraction(p, 3**100)):',
      '    low, high = exp_bounds(x, 192)',
      '    true = Fraction((Decimal(x.numerator) / x.denominator).exp())',
      '    slack = true * (1 + abs(x)) / 10**290',
      '    assert low <= true + slack and true - slack <= high and high - low <= high / 2**192, x',
    ].join('\n');
    const { status, stderr } = spawnSync('python3', ['-c', text], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('their programs have exp, ln and roots, equalities, violations and open signs', () => {
    const all = rows.filter(({ file }) => file).flatMap((row) => linesOf(folder, row));
    const kinds = new Set(all.flatMap(({ steps }) => steps.map(([kind]) => kind)));
    expect([...kinds].sort()).toEqual(['*', '+', '-', '/', 'c', 'e', 'l', 'n', 'r']);
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['held', 'violated']));
    expect(all.some(({ margins }) => margins.some(({ requires }) => requires === 'zero'))).toBe(true);
  });

  /** Each change of a certificate that is right; the checker must refuse it. */
  const changes: [string, string, string, (certificate: CertificateLine, row: IndexLine) => void][] = [];
  const change = (name: string, claim: string, rung: string, how: (typeof changes)[number][3]) =>
    changes.push([name, claim, rung, how]);

  const ofGradient = (name: string, how: (typeof changes)[number][3]) => change(name, 'gradient', 'sgd', how);
  const last = (certificate: CertificateLine): StepLine => certificate.steps.at(-1)!;
  const operation = ({ steps }: CertificateLine, kind: string): number =>
    steps.findIndex(([k]) => k === kind);
  ofGradient('an operand is another value', (c) => {
    const at = operation(c, '*');
    const [, a] = c.steps[at];
    c.steps[at][1] = a === 0 ? 1 : (a as number) - 1;
  });
  ofGradient('another operation', (c) => {
    c.steps[operation(c, '*')][0] = '+';
  });
  ofGradient('an operation that there is not', (c) => {
    c.steps[operation(c, '*')][0] = 'x';
  });
  ofGradient('a value of itself', (c) => {
    last(c)[1] = c.steps.length - 1;
  });
  ofGradient('a value that comes later', (c) => {
    c.steps[operation(c, '*')][1] = c.steps.length - 1;
  });
  ofGradient('a value before the first', (c) => {
    last(c)[1] = -1;
  });
  ofGradient('an operand that is no whole number', (c) => {
    last(c)[1] = 0.5;
  });
  ofGradient('no operand', (c) => {
    last(c).splice(1, 2);
  });
  ofGradient('three operands', (c) => {
    last(c).splice(1, 0, 0);
  });
  ofGradient('two steps in the other order', (c) => {
    const at = operation(c, 'e');
    [c.steps[at - 1], c.steps[at]] = [c.steps[at], c.steps[at - 1]];
  });
  ofGradient('a step is missing', (c) => {
    c.steps.splice(operation(c, '*'), 1);
  });
  ofGradient('an exponent that is huge', (c) => {
    last(c)[5] = 1e9;
  });
  ofGradient('an exponent that is no number', (c) => {
    last(c)[5] = 'e';
  });
  ofGradient('an end that is no whole number', (c) => {
    last(c)[3] = 0.5;
  });
  ofGradient('a negative width', (c) => {
    last(c)[4] = -1;
  });
  ofGradient('the enclosure of the margin is all numbers', (c) => {
    const step = c.steps[c.margins[0].value as number];
    step[step.length - 3] = null;
  });
  ofGradient('a constant that is a text', (c) => {
    c.steps[operation(c, 'c')][1] = 'Infinity';
  });
  ofGradient('a margin is dropped', (c) => {
    c.margins.pop();
  });
  ofGradient('the margin is a value that is not there', (c) => {
    c.margins[0].value = c.steps.length;
  });
  ofGradient('the margin is counted from the end', (c) => {
    c.margins[0].value = -1;
  });
  ofGradient('the margin is another value', (c) => {
    c.margins[0].value = operation(c, 'e');
  });
  ofGradient('the margin requires something else', (c) => {
    c.margins[0].requires = 'nothing';
  });
  const scaled = (c: CertificateLine, x: number, m: unknown, d: number, e: number) => {
    c.margins[0].scale = c.steps.push(['c', x, [], m, d, e] as StepLine) - 1;
  };
  ofGradient('the scale of the equality is a smaller one', (c) =>
    scaled(c, 2 ** -100, `#${5n ** 100n}`, 0, -100),
  );
  ofGradient('the scale of the equality may be 0', (c) => scaled(c, 1, 0, 1, 0));
  ofGradient('the equality is wide, and the row states so', (c, row) => {
    const step = c.steps[c.margins[0].value as number];
    step.splice(-3, 3, -1, 2, -15);
    row.width = 1;
  });
  ofGradient('the row states a smaller width', (_, row) => {
    row.width = row.width! / 1000;
  });
  ofGradient('the row states no width', (_, row) => {
    row.width = null;
  });
  ofGradient('the outcome is the other one', (c, row) => {
    c.outcome = 'violated';
    row.certificates[0].outcome = 'violated';
  });
  ofGradient('the outcome is unknown', (c, row) => {
    c.outcome = 'open';
    row.certificates[0].outcome = 'open';
  });
  ofGradient('a sign is the other one', (c) => {
    c.signs[0][1] = -c.signs[0][1]! || 1;
  });
  ofGradient('a sign is said to be open', (c) => {
    c.signs[0][1] = null;
  });
  ofGradient('a sign of a value that is not there', (c) => {
    c.signs[0][0] = -1;
  });
  ofGradient('the world is missing', (c) => {
    c.world = undefined;
  });
  // Of claims that the checker has no formula of.
  change('one of many margins is dropped', 'decoder-clock', 'frozen', (c) => {
    c.margins.pop();
  });
  change('the value of a margin is negative', 'decoder-clock', 'frozen', (c) => {
    c.margins[0].value = c.steps.push(['c', -1, [], -1, 0, 0]) - 1;
  });
  for (const claim of ['discriminative', 'common-tokens-lose']) {
    const own = (name: string, how: (typeof changes)[number][3]) => change(name, claim, 'two-timescale', how);
    own('a margin is dropped, and from the index too', (c, row) => {
      c.margins = c.margins.filter(({ name }) => name !== c.margins[0].name);
      row.certificates[0].margins = c.margins.length;
    });
    own('a margin has the value of another', (c) => {
      const { length } = c.margins;
      c.margins[0].value = c.steps.findIndex(
        ([kind], k) => kind === 'c' && k !== c.margins[length - 1].value && Number(c.steps[k][1]) > 0,
      );
    });
    own('the world has another token', (c) => {
      const { problem } = c.world as { problem: { classes: { tokens: number[] }[] } };
      const tokens = problem.classes[0].tokens;
      tokens[tokens.length - 1] = 10_000;
    });
    own('classes of the world change places', (c) => {
      const { problem } = c.world as { problem: { classes: { next: number }[] } };
      const [first, second] = problem.classes;
      [first.next, second.next] = [second.next, first.next];
      for (const step of c.steps) if (step[0] === 'c') step[2] = [];
      if (claim !== 'discriminative') c.margins = [];
    });
  }

  /** The names of changes that the checker does not refuse. */
  function accepted(
    changed: readonly (readonly [IndexLine, CertificateLine])[],
    names: readonly string[],
  ): string[] {
    const named = changed.map(([row, certificate], i): [IndexLine, CertificateLine] => [
      { ...row, certificates: row.certificates.map((entry) => ({ ...entry, name: `<${i}>` })) },
      certificate,
    ]);
    const refused = refusedOf(named);
    return names.filter((_, i) => !refused.some((line) => line.includes(`, <${i}>: `)));
  }

  it('refuses every change', () => {
    expect(refusedOf(changes.map(([, claim, rung]) => alone(claim, rung)))).toEqual([]);
    const changed = changes.map(([, claim, rung, how]) => {
      const [row, certificate] = alone(claim, rung);
      how(certificate, row);
      return [row, certificate] as const;
    });
    expect(
      accepted(
        changed,
        changes.map(([name, claim]) => `${claim}: ${name}`),
      ),
    ).toEqual([]);
  });

  // `+ - * / sqrt` are rounded to the next number outside: one unit further in, the end is inside. exp and ln have a guard of a unit more.
  it.each([
    ['+', 1, 'discriminative', 'two-timescale'],
    ['-', 1, 'discriminative', 'two-timescale'],
    ['*', 1, 'discriminative', 'two-timescale'],
    ['/', 1, 'discriminative', 'two-timescale'],
    ['r', 1, 'discriminative', 'two-timescale'],
    ['e', 3, 'discriminative', 'two-timescale'],
    ['l', 3, 'decoder-clock', 'frozen'],
  ] as const)('refuses an end of %s that is moved inward by %i units', (kind, units, claim, rung) => {
    const [at, place] = fullStep(claim, rung, kind);
    const changed = (['lower', 'upper'] as const).map((end) => {
      const [row, certificate] = alone(claim, rung, at);
      const step = certificate.steps[place];
      const d = Number(String(step.at(-2)).replace('#', ''));
      if (end === 'lower') step[step.length - 3] = moved(step.at(-3), units);
      step[step.length - 2] = Math.max(0, d - units);
      return [row, certificate] as const;
    });
    expect(accepted(changed, ['lower', 'upper'])).toEqual([]);
  });

  it('refuses a world with another number, for each number that the program reads', () => {
    for (const claim of ['gradient', 'discriminative']) {
      const [row, certificate] = alone(claim, claim === 'gradient' ? 'sgd' : 'two-timescale');
      const read = certificate.steps.flatMap(([kind, , places]) =>
        kind === 'c' ? (places as unknown as number[]) : [],
      );
      expect(read.length).toBeGreaterThan(10);
      const changed = read.map(
        (place) => [row, { ...certificate, world: withOther(certificate.world, place) }] as const,
      );
      expect(accepted(changed, read.map(String)), claim).toEqual([]);
    }
  });

  it('refuses a violated world whose margin is another', () => {
    const at = rowOf('common-tokens-lose', 'two-timescale').certificates.findIndex(
      ({ outcome }) => outcome === 'violated',
    );
    const [row, certificate] = alone('common-tokens-lose', 'two-timescale', at);
    expect(refusedOf([[row, certificate]])).toEqual([]);
    certificate.margins[0].name = certificate.margins[0].name.replace('loses', 'gains');
    expect(refusedOf([[row, certificate]])).not.toEqual([]);
  });

  it('refuses a file with a line too few', () => {
    const [row, certificate] = alone('gradient', 'sgd');
    const [entry] = row.certificates;
    expect(refusedOf([[{ ...row, certificates: [entry, entry] }, certificate]]).join()).toContain(
      'gradient on sgd',
    );
  });

  it('calls unreadable what it cannot read (2)', () => {
    expect(checked(join(folder, 'none')).status).toBe(2);
    const broken = mkdtempSync(join(tmpdir(), 'snapcheck-certificates-'));
    for (const text of [
      '',
      '{',
      '{"rows":3}',
      '{"rows":[{"claim":1}]}',
      '['.repeat(100_000),
      '{"rows":[]}',
    ]) {
      writeFileSync(join(broken, 'index.json'), text);
      expect(checked(broken).status, text.slice(0, 20)).toBe(2);
    }
    rmSync(broken, { recursive: true });
  });

  /** The certificate of the first world of a row, with an arithmetic of one's own. */
  async function madeBy(claim: string, rung: string, F: ReturnType<typeof interval>) {
    const [row] = rowsOf([claim], [rung]);
    const [index] = alone(claim, rung);
    let line: CertificateLine | undefined;
    await visitWorlds(row.check.worlds, { runs: 1, seed: 7 }, (given) => {
      const world = JSON.parse(JSON.stringify(given));
      const { margins } = row.check;
      expect(decide(margins!, world).outcome).toBe('held');
      const made = certificateOf(margins!, world, F, { outcome: 'held' });
      if ('why' in made) throw new Error(made.why);
      line = {
        ...JSON.parse(`{${made.fields.replaceAll(/(?<=[[,])-?\d{16,}(?=[,\]])/g, '"#$&"')}}`),
        world,
        outcome: 'held',
      };
      index.certificates = [{ name: 'world 0', outcome: 'held', margins: made.margins }];
      return true;
    });
    return refusedOf([[index, line!]]);
  }

  it('confirms what the right arithmetic recorded', async () => {
    expect(await madeBy('discriminative', 'two-timescale', interval(20))).toEqual([]);
  });

  it.each(['add', 'sub', 'mul', 'div', 'sqrt', 'exp'] as const)(
    'refuses what a wrong %s recorded',
    async (name) => {
      const F = interval(20);
      type Interval = ReturnType<typeof F.of>;
      const operate = F[name] as (...given: Interval[]) => Interval;
      const refused = await madeBy('discriminative', 'two-timescale', {
        ...F,
        // Both ends are the lower one, which is no enclosure where the result was rounded.
        [name]: (...given: Interval[]) => F.lower(operate(...given)),
      });
      expect(refused).not.toEqual([]);
    },
  );
});
