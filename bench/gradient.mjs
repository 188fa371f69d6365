// CPU time of one gradient in every arithmetic, as a ratio to doubles in the same formulas (the
// published small problem, M = 34, from a random start). Each arithmetic has a process of its own: V8 compiles the formulas for it alone.
// Usage, from the package's folder after `npm run build`: node bench/gradient.mjs
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decimal, interval } from '../dist/arithmetic/decimal.js';
import { doubleDouble } from '../dist/arithmetic/doubleDouble.js';
import { doubleDoubleIntervals } from '../dist/arithmetic/doubleDoubleInterval.js';
import { scoped } from '../dist/arithmetic/field.js';
import { float64 } from '../dist/arithmetic/float64.js';
import { float64Intervals } from '../dist/arithmetic/float64Interval.js';
import { loadMpfr, mpfr } from '../dist/arithmetic/mpfr.js';
import { mpfrInterval } from '../dist/arithmetic/mpfrInterval.js';
import { populationExamples } from '../dist/ladder/population.js';
import { gradient } from '../dist/model/gradient.js';
import { reducedLayout } from '../dist/model/layout.js';
import { presets, syntheticProblem } from '../dist/model/presets.js';
import { uniformStream } from '../dist/model/uniform.js';

const FIELDS = {
  float64: () => float64,
  'float64 intervals': () => float64Intervals,
  'double-doubles': () => doubleDouble,
  'double-double intervals': () => doubleDoubleIntervals,
  'MPFR, 20 digits': () => mpfr(20),
  'MPFR intervals, 20 digits': () => mpfrInterval(20),
  'decimals, 20 digits': () => decimal(20),
  'decimal intervals, 20 digits': () => interval(20),
};

/** Microseconds of CPU of one gradient: the median of 9 rounds of 0.2 s, since the system counts in ticks of up to 10 ms. */
function time(F) {
  const problem = syntheticProblem(presets['syn-small']);
  const layout = reducedLayout(problem);
  const uniform = uniformStream(1);
  const random = (rows, columns) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => F.of(uniform() - 0.5)));
  return scoped(F, () => {
    const state = {
      Y: random(layout.tokens.length, layout.columns.length),
      Z: random(layout.queries.length, layout.tokens.length),
    };
    const examples = populationExamples(F, problem);
    const run = (times) => {
      const begun = process.cpuUsage().user;
      for (let i = 0; i < times; i++)
        scoped(F, () => F.toNumber(gradient(F, layout, state, examples).Y[0][0]));
      return (process.cpuUsage().user - begun) / times;
    };
    // Compiled by then. A decimal gradient takes a millisecond.
    const times = Math.ceil(200_000 / run(500));
    const rounds = Array.from({ length: 9 }, () => run(times));
    return rounds.sort((a, b) => a - b)[4];
  });
}

const [, , name] = process.argv;
if (name) {
  if (name.startsWith('MPFR')) await loadMpfr();
  process.stdout.write(`${time(FIELDS[name]())}\n`);
} else {
  let unit;
  for (const each of Object.keys(FIELDS)) {
    const micros = Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), each]));
    unit ??= micros;
    process.stdout.write(
      `${each.padEnd(30)} ${micros.toFixed(1).padStart(8)} us ${(micros / unit).toFixed(1).padStart(7)} x\n`,
    );
  }
}
