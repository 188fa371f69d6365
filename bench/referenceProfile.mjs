/**
 * Profile of the reference: a training run under V8's sampling profilers, in this process.
 *
 *     npm run build && node bench/referenceProfile.mjs [--json]
 *
 * A sample belongs to the script on top of the stack; built-in functions of the engine (setting the length of an
 * array, BigInt, Map) count for their caller. Samples of the garbage collector belong to no script: they are reported
 * separately, and distributed in proportion to the bytes that scripts allocate, which the heap profiler samples in a
 * second run. Idle samples and those of the profiler are left out.
 */
import { Session } from 'node:inspector/promises';
import { presets, syntheticProblem } from '../dist/model/presets.js';
import { batches } from '../dist/model/sampling.js';
import { uniformStream } from '../dist/model/uniform.js';
import { examplesOf, layoutFor, startParameters } from '../dist/trainers/experiment.js';
import { reference } from '../dist/trainers/reference.js';

const [DIGITS, BATCH, LENGTH, STEPS] = [34, 128, 128, 30];

/** Published SGD on the small problem: samples a batch and makes a step, `steps` times. */
async function train(steps) {
  const problem = syntheticProblem(presets['syn-small']);
  const layout = layoutFor(problem, 'zero');
  const uniform = uniformStream(1);
  const start = startParameters(problem, layout, 'zero', uniform);
  const session = await reference(DIGITS).start(layout, start, { etaY: 1, etaZ: 1, momentum: 0.9 });
  const stream = batches(problem, BATCH, LENGTH, uniform);
  for (let step = 0; step < steps; step++) await session.step(examplesOf(stream.next().value));
  session.dispose();
}

/** The script of a frame; for a frame of the engine, the script of its caller. */
const placeOf = ({ url, functionName }, caller) =>
  url || (functionName.startsWith('(') ? functionName : caller);
const add = (sums, key, amount) => sums.set(key, (sums.get(key) ?? 0) + amount);

/** Microseconds by script. */
async function timeIn(session, work) {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const place = new Map();
  const name = ({ id, callFrame, children = [] }, caller) => {
    place.set(id, placeOf(callFrame, caller));
    for (const child of children) name(nodes.get(child), place.get(id));
  };
  name(profile.nodes[0], '(root)');
  const spent = new Map();
  for (const [i, id] of profile.samples.entries()) add(spent, place.get(id), profile.timeDeltas[i]);
  for (const at of ['(idle)', 'node:inspector', 'node:inspector/promises']) spent.delete(at);
  return spent;
}

/** Allocated bytes by script, including freed ones. */
async function bytesIn(session, work) {
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1 << 14,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  const bytes = new Map();
  const visit = ({ callFrame, selfSize, children }, caller) => {
    const at = placeOf(callFrame, caller);
    add(bytes, at, selfSize);
    for (const child of children) visit(child, at);
  };
  visit(profile.head, '(root)');
  return bytes;
}

const isDecimal = (at) => /\/decimal\.js\//.test(at);
const share = (sums, chosen) => {
  const entries = [...sums];
  const total = entries.reduce((sum, [, amount]) => sum + amount, 0);
  return entries.filter(([at]) => chosen(at)).reduce((sum, [, amount]) => sum + amount, 0) / total;
};

const session = new Session();
session.connect();
await train(3);
const bytes = await bytesIn(session, () => train(3));
const spent = await timeIn(session, () => train(STEPS));
session.disconnect();
const decimal = share(spent, isDecimal);
const collector = share(spent, (at) => at === '(garbage collector)');
const garbage = share(bytes, isDecimal);
const result = { decimal, collector, garbage, shared: decimal + collector * garbage };
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  const percent = (x) => `${(100 * x).toFixed(1)} %`;
  for (const at of [...spent.keys()].sort((a, b) => spent.get(b) - spent.get(a)).slice(0, 10))
    console.log(
      percent(share(spent, (other) => other === at)).padStart(8),
      at.replace(/^.*\/(dist|node_modules)\//, ''),
    );
  console.log(`decimal.js ${percent(decimal)}, the garbage collector ${percent(collector)}`);
  console.log(
    `decimal.js allocates ${percent(garbage)} of the bytes; with that part of the garbage collector ${percent(result.shared)}`,
  );
}
