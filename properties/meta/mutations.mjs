/**
 * Mutates the code at one place at a time, in a copy of the tree, and reports which tests fail. A mutation without a
 * failing test shows a gap in the tests. From the repository's root:
 *
 *     node properties/meta/mutations.mjs [part of a name ...]
 *
 * The result is written to fixtures/mutations.json, in place of that of the same names.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** File, original text (which occurs exactly once), mutated text, and the folder of the tests that should fail. */
const mutations = [
  [
    'gradient without its projection',
    'src/model/transformer.ts',
    'F.sub(x, F.mul(f[i], along))',
    'x',
    ['claims/gradient', 'claims/conservation', 'trainers', 'model'],
  ],
  [
    'float64 trainer without its projection',
    'src/trainers/float64.ts',
    '(g[i] - f[i] * along)',
    'g[i]',
    ['trainers'],
  ],
  [
    'attention output left without l2 norm',
    'src/model/transformer.ts',
    'v.map((x) => F.div(x, norm))',
    'v.map((x) => F.mul(x, F.div(norm, norm)))',
    ['model', 'claims/frequency', 'trainers'],
  ],
  [
    "a batch's features left without l2 norm",
    'src/model/gradient.ts',
    'F.sqrt(dot(F, x, x))',
    'dot(F, x, x)',
    ['model', 'trainers'],
  ],
  [
    "a batch's residual with 1 - alpha by subtraction",
    'src/model/gradient.ts',
    'j === target ? wrong :',
    'j === target ? F.sub(F.of(1), F.mul(x, inverse)) :',
    ['model', 'trainers'],
  ],
  [
    'exponentials of one query shared however far apart',
    'src/model/gradient.ts',
    'far ? top : largest[row]',
    'largest[row]',
    ['model'],
  ],
  [
    "float64 intervals' upper ends not rounded up",
    'src/arithmetic/directed.ts',
    'c + (Math.abs(c) * PHI + ETA)',
    'c',
    ['arithmetic/float64Interval'],
  ],
  [
    "float64 intervals' lower ends not rounded down",
    'src/arithmetic/directed.ts',
    'c - (Math.abs(c) * PHI + ETA)',
    'c',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: exp without the low part of ln 2',
    'src/arithmetic/float64Exponential.ts',
    ' - n * STEP[1]',
    '',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: exp without the last term of its series',
    'src/arithmetic/float64Exponential.ts',
    'r * (1 / 120 + r / 720)',
    'r * (1 / 120)',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: exp without its error',
    'src/arithmetic/float64Exponential.ts',
    'EXP_ERROR = 2 ** -57.5',
    'EXP_ERROR = 0',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: ln without the low part of ln 2',
    'src/arithmetic/float64Exponential.ts',
    ' + k * LN2_LOW',
    '',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: ln without the last term of its series',
    'src/arithmetic/float64Exponential.ts',
    'let Q = ODD[9]',
    'let Q = 0',
    ['arithmetic/float64Interval'],
  ],
  [
    'float64 intervals: ln without its error',
    'src/arithmetic/float64Exponential.ts',
    'LN_ERROR = 2 ** -56',
    'LN_ERROR = 0',
    ['arithmetic/float64Interval'],
  ],
  [
    'double-double intervals: a sum without its error',
    'src/arithmetic/doubleDoubleInterval.ts',
    'SUM_ERROR = 2 ** -104',
    'SUM_ERROR = 0',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    'double-double intervals: a product without its error',
    'src/arithmetic/doubleDoubleInterval.ts',
    'PRODUCT_ERROR = 2 ** -103',
    'PRODUCT_ERROR = 0',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    'double-double intervals: exp without its error',
    'src/arithmetic/doubleDoubleExponential.ts',
    'EXPONENTIAL_ERROR = 2 ** -102',
    'EXPONENTIAL_ERROR = 0',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    'double-double intervals: exp without the low part of ln 2',
    'src/arithmetic/doubleDoubleExponential.ts',
    'n * STEP[2]',
    '0',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    'double-double intervals: exp without the last term of its series',
    'src/arithmetic/doubleDoubleExponential.ts',
    '(1 + x / 10)',
    '1',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    'double-double intervals: a product without the product of the radii',
    'src/arithmetic/doubleDoubleInterval.ts',
    ' + a.radius * b.radius',
    '',
    ['arithmetic/doubleDoubleInterval'],
  ],
  [
    "MPFR's upper ends rounded down",
    'src/arithmetic/mpfrInterval.ts',
    'up: UP }',
    'up: DOWN }',
    ['arithmetic'],
  ],
  [
    "MPFR's numbers never freed",
    'src/arithmetic/mpfrArena.ts',
    'this.lib.free(chunks.pop()!.start)',
    'chunks.pop()',
    ['arithmetic', 'trainers'],
  ],
  [
    'a state carried between steps without copies',
    'src/trainers/fieldTrainer.ts',
    'if (!memory) return',
    'if (memory || !memory) return',
    ['trainers'],
  ],
  [
    'distinct tokens shared between classes',
    'src/generators/problems.ts',
    '...c.distinct.map((w) => [next++, w] as const)',
    '...c.distinct.map((w, i) => [1 + i, w] as const)',
    ['generators', 'claims/discriminative'],
  ],
  [
    'margin of distinct tokens with the wrong sign',
    'src/claims/discriminative.ts',
    'positive(gains[n][i], dZ[row][l],',
    'positive(gains[n][i], F.neg(dZ[row][l]),',
    ['claims/discriminative'],
  ],
  [
    'margin of common tokens with the wrong sign',
    'src/claims/discriminative.ts',
    'F.neg(dZ[row][l]),',
    'dZ[row][l],',
    ['claims/discriminative'],
  ],
  [
    'lower ends rounded up',
    'src/arithmetic/decimal.ts',
    'rounding: Decimal.ROUND_FLOOR',
    'rounding: Decimal.ROUND_CEIL',
    ['arithmetic'],
  ],
  ['exp and ln not widened', 'src/arithmetic/decimal.ts', 'guardUlps: 1', 'guardUlps: 0', ['arithmetic']],
  [
    "E' with the sign of Appendix D.1",
    'src/ladder/two-timescale.ts',
    'F.sub(column[n], q1)',
    'F.sub(q1, column[n])',
    ['ladder', 'claims'],
  ],
  [
    '1 - alpha by subtraction',
    'src/model/transformer.ts',
    'j === target ? F.div(others, total) : F.neg(a)',
    'j === target ? F.sub(F.of(1), a) : F.neg(a)',
    ['model', 'trainers'],
  ],
  [
    'merged column counted once',
    'src/model/layout.ts',
    '(id === -1 ? problem.vocabulary - columns.length + 1 : 1)',
    '1',
    ['model', 'claims/gradient', 'trainers'],
  ],
  [
    'undecided counted as held',
    'src/decide/enclosure.ts',
    "return { outcome: 'undecided', margin: open, digits: cap, certified: false };",
    "return { outcome: 'held', margin: open, digits: cap, certified: true };",
    ['decide', 'verify'],
  ],
  [
    'limits of the wrong tail',
    'src/decide/statistics.ts',
    'quantile(1 - level / 2,',
    'quantile(1 - level,',
    ['decide'],
  ],
  [
    'a held enclosure taken for a confirmed violation',
    'src/verify/row.ts',
    "counterexample?.outcome === 'violated' && ",
    'counterexample !== null && ',
    ['verify'],
  ],
  [
    'two signs of E mixed up in the brake',
    'src/claims/snap.ts',
    'const brake = F.div(later[ct][1], F.mul(S, S));',
    'const brake = F.neg(F.div(later[ct][1], F.mul(S, S)));',
    ['claims/snap'],
  ],
  [
    'the clock of M for M - 1',
    'src/ladder/clock.ts',
    'F.sub(F.add(F.exp(x), F.mul(F.of(vocabulary - 1), x)), F.of(1));',
    'F.sub(F.add(F.exp(x), F.mul(F.of(vocabulary), x)), F.of(1));',
    ['ladder/clock', 'claims/decoder-clock'],
  ],
  [
    'sums of products of double-doubles without the roundings of their low parts',
    'src/arithmetic/doubleDoubleProducts.ts',
    'UNIT * wobble + ',
    '',
    ['arithmetic/doubleDoubleProducts'],
  ],
  [
    'sums of products of double-doubles without the errors of products',
    'src/arithmetic/doubleDoubleProducts.ts',
    ' + PRODUCT_ERROR * size',
    '',
    ['arithmetic/doubleDoubleProducts'],
  ],
  [
    'an equality held at its first precision',
    'src/decide/enclosure.ts',
    '(before !== null && shrinks(before, after))',
    'true',
    ['decide'],
  ],
];

const asked = process.argv.slice(2);
const chosen = mutations.filter(([name]) => asked.length === 0 || asked.some((part) => name.includes(part)));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const outcomes = [];
for (const [name, file, from, to, where] of chosen) {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  for (const path of tracked.split('\n').filter((path) => path && path !== 'node_modules'))
    cpSync(path, join(copy, path));
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  const source = readFileSync(file, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name}: expected the text exactly once in ${file}`);
  writeFileSync(
    join(copy, file),
    source.replace(from, () => to),
  );
  // Threads and the command line run the build.
  spawnSync('npx', ['tsc', '-p', 'tsconfig.json'], { cwd: copy });
  const report = join(copy, 'report.json');
  const folders = where.map((folder) => `properties/${folder}`);
  spawnSync('npx', ['vitest', 'run', ...folders, '--reporter=json', `--outputFile=${report}`], {
    cwd: copy,
    encoding: 'utf8',
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const caught = testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${path.slice(path.indexOf('properties/'))}: ${fullName}`),
  );
  outcomes.push({ name, file, from, to, caughtBy: caught });
  console.log(
    `${caught.length > 0 ? 'caught' : 'SURVIVED'} ${name} (${caught.length} tests)\n  ${caught.slice(0, 3).join('\n  ')}`,
  );
  rmSync(copy, { recursive: true });
}
const kept = new Map(
  JSON.parse(readFileSync('fixtures/mutations.json', 'utf8')).map((outcome) => [outcome.name, outcome]),
);
for (const outcome of outcomes) kept.set(outcome.name, outcome);
const all = mutations.flatMap(([name]) => kept.get(name) ?? []);
writeFileSync('fixtures/mutations.json', `${JSON.stringify(all, null, 2)}\n`);
process.exitCode = outcomes.every(({ caughtBy }) => caughtBy.length > 0) ? 0 : 1;
