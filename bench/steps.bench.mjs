// Steps per second of each trainer on the same batches, and the ratio to float64 in the same run.
// Usage, from the package's folder after `npm run build`: node bench/steps.bench.mjs [--json]
import { Bench } from 'tinybench';
import { presets, syntheticProblem } from '../dist/model/presets.js';
import { batches } from '../dist/model/sampling.js';
import { uniformStream } from '../dist/model/uniform.js';
import { examplesOf, layoutFor, startParameters } from '../dist/trainers/experiment.js';
import { fastTrainer } from '../dist/trainers/fast.js';
import { float64Trainer } from '../dist/trainers/float64.js';
import { reference } from '../dist/trainers/reference.js';

const BATCH = 128;
const LENGTH = 128;
const rates = { etaY: 1, etaZ: 1, momentum: 0.9 };
const cases = [
  ['syn-small', 'zero'],
  ['syn-small', 'uniform'],
  ['syn-medium', 'uniform'],
];
const trainers = [float64Trainer, fastTrainer('wasm'), fastTrainer('cpu'), reference(34)];
const results = [];

for (const [preset, init] of cases) {
  const problem = syntheticProblem(presets[preset]);
  const layout = layoutFor(problem, init);
  const uniform = uniformStream(1);
  const start = startParameters(problem, layout, init, uniform);
  const stream = batches(problem, BATCH, LENGTH, uniform);
  // Sampled beforehand: what is compared is training.
  const given = Array.from({ length: 64 }, () => examplesOf(stream.next().value));
  const bench = new Bench({ time: 1000, warmupTime: 200, iterations: 3, warmupIterations: 1 });
  const sessions = [];
  for (const trainer of trainers) {
    const session = await trainer.start(layout, start, rates);
    sessions.push(session);
    let i = 0;
    bench.add(trainer.name, async () => {
      await session.step(given[i++ % given.length]);
    });
  }
  bench.add('sampling alone', () => {
    stream.next();
  });
  await bench.run();
  for (const session of sessions) session.dispose();
  const perSecond = new Map(bench.tasks.map(({ name, result }) => [name, 1000 / result.latency.p50]));
  const base = perSecond.get(float64Trainer.name);
  for (const [name, steps] of perSecond)
    results.push({ preset, init, trainer: name, stepsPerSecond: steps, ratioToFloat64: steps / base });
}

if (process.argv.includes('--json'))
  process.stdout.write(`${JSON.stringify({ schema: 1, batch: BATCH, length: LENGTH, results })}\n`);
else
  for (const { preset, init, trainer, stepsPerSecond, ratioToFloat64 } of results)
    process.stdout.write(
      `${preset.padEnd(11)} ${init.padEnd(8)} ${trainer.padEnd(15)} ${stepsPerSecond.toPrecision(3).padStart(9)} steps/s ${ratioToFloat64.toPrecision(2).padStart(9)} x float64\n`,
    );
