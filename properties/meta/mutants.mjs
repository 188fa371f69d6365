/**
 * Mutation score: breaks the code in one place at a time, on a seeded sample of all places, and asks whether a test
 * notices. From the repository's root, after `npm run build`:
 *
 *     npm run mutants -- [--sample 300] [--seed 1] [--workers 2] [--minutes 60] [--folders decide,claims] [--again alive|all] [--near] [--out file]
 *
 * 1. Every test file runs once with a counter at every statement: which test files reach which place, and how long
 *    each takes (kept in node_modules/.cache; `--map` makes it again, `--near` asks the tests of the folders alone).
 * 2. Each mutant of the sample meets the test files that reach it, the near and fast ones first, as many as
 *    take 30 seconds (`--budget`) where nothing is broken, up to the first failure. What those do not notice counts as alive.
 *
 * The sample is the mutants with the least hashes of (seed, place, change), so that it hardly changes with the code
 * around it. The outcome is kept in fixtures/mutants.json after every mutant; the next run goes on from there. Mutants that
 * change nothing are explained in mutants/equivalent.mjs.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyEquivalent } from './mutants/equivalent.mjs';
import { instrumented, mutantsOf } from './mutants/operators.mjs';
import { Slot, share } from './mutants/slots.mjs';

const FOLDERS = ['arithmetic', 'decide', 'claims', 'kernels', 'verify', 'atlas'];
/** A test file hangs if it takes longer than this factor times its usual time plus this constant. */
const [SLOWER, MORE] = [6, 30_000];
/** The sample of each folder is proportional to its number of mutants, with this minimum. */
const LEAST = 30;
const MAP = 'node_modules/.cache/snapcheck-reach.json';

const { values: options } = parseArgs({
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    // Seconds of tests a mutant meets at most, measured where nothing is broken; the file named like it always runs.
    budget: { type: 'string', default: '30' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    minutes: { type: 'string', default: '600' },
    folders: { type: 'string', default: FOLDERS.join(',') },
    again: { type: 'string' },
    map: { type: 'boolean', default: false },
    near: { type: 'boolean', default: false },
    out: { type: 'string', default: 'fixtures/mutants.json' },
  },
});
const tracked = (where) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', where], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file && existsSync(file));
const sources = FOLDERS.flatMap((folder) => tracked(`src/${folder}`)).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('/zoo/bugs-'),
);
const texts = new Map(sources.map((file) => [file, readFileSync(file, 'utf8')]));
const folderOf = (file) => file.split('/')[1];
const hash = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
const until = Date.now() + 60_000 * Number(options.minutes);

/** Each folder's mutants, in the order in which they are sampled. */
function ordered() {
  const by = new Map(FOLDERS.map((folder) => [folder, []]));
  for (const [file, text] of texts) {
    const seen = new Map();
    for (const mutant of mutantsOf(file, text)) {
      const what = [file, mutant.operator, mutant.statement, mutant.before, mutant.after].join('\0');
      const times = (seen.get(what) ?? 0) + 1;
      seen.set(what, times);
      by.get(folderOf(file)).push({ ...mutant, id: hash(options.seed, what, times) });
    }
  }
  for (const list of by.values()) list.sort((a, b) => (a.id < b.id ? -1 : 1));
  return by;
}

function sampled(by) {
  const total = [...by.values()].reduce((sum, list) => sum + list.length, 0);
  return [...by].flatMap(([, list]) =>
    list.slice(0, Math.max(LEAST, Math.round((Number(options.sample) * list.length) / total))),
  );
}

/**
 * Runs every test file once with all places instrumented, those of the requested folders first. Saves the results
 * after every file.
 */
async function reach(slots) {
  const known = !options.map && existsSync(MAP) ? JSON.parse(readFileSync(MAP, 'utf8')) : { of: {}, map: {} };
  const { map } = known;
  const ours = (file) =>
    options.folders.split(',').some((folder) => file.startsWith(`properties/${folder}/`));
  const files = tracked('properties').filter(
    (file) => file.endsWith('.test.ts') && (!options.near || ours(file)),
  );
  const open = files.filter((file) => !map[file]).sort((a, b) => Number(ours(b)) - Number(ours(a)));
  if (open.length === 0) return known;
  if (Object.keys(map).length === 0)
    known.of = Object.fromEntries([...texts].map(([file, text]) => [file, hash(text)]));
  mkdirSync('node_modules/.cache', { recursive: true });
  await share(open, slots, async (slot, file) => {
    await slot.ready;
    const log = join(slot.copy.root, '.reached');
    writeFileSync(log, '');
    const edits = slot.counted === slot.copy.root ? [] : counters(log);
    slot.counted = slot.copy.root;
    const { failed, test, message, ms } = await slot.run([file], edits, 400_000, true);
    const places = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
    map[file] = { ms, failed, places: [...new Set(places)] };
    writeFileSync(MAP, JSON.stringify(known));
    console.log(`${file} ${ms} ms ${failed ? `FAILED ${test}: ${message}` : ''}`);
  });
  for (const slot of slots) {
    slot.stop();
    slot.start();
  }
  return known;
}
const counters = (log) => [...texts].map(([file, text]) => ({ file, text: instrumented(file, text, log) }));

/** Test files that reach a mutant, the fastest first; the one that is named like it and those of its folder sooner. */
function meets(mutant, { of, map }) {
  // A file that has changed since: every test file that reached some place of it.
  const same = of[mutant.file] === hash(texts.get(mutant.file));
  const place = `${mutant.file}:${mutant.probe}`;
  const reaches = same ? (at) => at === place : (at) => at.startsWith(`${mutant.file}:`);
  const name = basename(mutant.file, '.ts');
  const own = (file) => file === `properties/${folderOf(mutant.file)}/${name}.test.ts`;
  const beside = (file) => file.startsWith(`properties/${folderOf(mutant.file)}/`);
  /** Cost of a test file, reduced if it is more likely to fail. */
  const cost = ([file, { ms }]) => (own(file) ? ms / 4 : beside(file) ? ms : 4 * ms);
  const files = Object.entries(map)
    .filter(([, { failed, places }]) => !failed && places.some(reaches))
    .sort((a, b) => cost(a) - cost(b));
  let spent = 0;
  return files
    .filter(([file, { ms }]) => {
      if (own(file)) return true;
      if (spent + ms > 1000 * Number(options.budget)) return false;
      spent += ms;
      return true;
    })
    .map(([file, { ms }]) => ({ file, ms }));
}

async function meet(slot, mutant, map) {
  const files = meets(mutant, map);
  if (files.length === 0) return { outcome: 'not reached' };
  const text = texts.get(mutant.file);
  const edit = {
    file: mutant.file,
    text: text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end),
  };
  const limit = files.reduce((sum, { ms }) => sum + ms * SLOWER, MORE);
  const { failed, file, test } = await slot.run(
    files.map(({ file }) => file),
    [edit],
    limit,
  );
  return failed ? { outcome: 'killed', by: `${file}: ${test}` } : { outcome: 'alive', met: files.length };
}

/** Category of a mutant. */
function standingOf(mutant, kept) {
  const { outcome = 'open' } = kept[mutant.id] ?? {};
  if (outcome === 'killed' || outcome === 'open') return outcome;
  return whyEquivalent(mutant) ? 'equivalent' : 'alive';
}

function report(sample, kept) {
  const rows = {};
  for (const mutant of sample)
    for (const key of [folderOf(mutant.file), 'all']) {
      rows[key] ??= { sampled: 0, killed: 0, equivalent: 0, alive: 0, open: 0 };
      rows[key].sampled += 1;
      rows[key][standingOf(mutant, kept)] += 1;
    }
  for (const row of Object.values(rows))
    row.score = Math.round((1000 * row.killed) / Math.max(1, row.killed + row.alive)) / 10;
  return rows;
}

const by = ordered();
const places = Object.fromEntries([...by].map(([folder, list]) => [folder, list.length]));
const sample = sampled(by);
const before = existsSync(options.out) ? JSON.parse(readFileSync(options.out, 'utf8')) : { mutants: [] };
const kept = Object.fromEntries(before.mutants.map((m) => [m.id, m]));
const asked = sample.filter((mutant) => {
  if (!options.folders.split(',').includes(folderOf(mutant.file))) return false;
  const standing = standingOf(mutant, kept);
  return standing === 'open' || options.again === 'all' || options.again === standing;
});
const keep = () => {
  const mutants = sample
    .filter(({ id }) => kept[id])
    .map((mutant) => {
      const { id, file, line, operator, before, after, statement } = mutant;
      const { outcome, by, met } = kept[id];
      const equivalent = outcome === 'killed' ? undefined : whyEquivalent(mutant);
      const what = { id, file, line, operator, before, after, statement: statement.split('\n')[0] };
      return { ...what, outcome, by, met, equivalent };
    });
  const content = { seed: Number(options.seed), places, score: report(sample, kept), mutants };
  writeFileSync(options.out, `${JSON.stringify(content, null, 1)}\n`);
};

const slots = Array.from({ length: Number(options.workers) }, () => new Slot());
process.on('SIGINT', () => {
  for (const slot of slots) slot.stop();
  process.exit(130);
});
try {
  const map = await reach(slots);
  let done = 0;
  await share(asked, slots, async (slot, mutant) => {
    if (Date.now() > until) return;
    const start = Date.now();
    const outcome = await meet(slot, mutant, map);
    kept[mutant.id] = { ...kept[mutant.id], by: undefined, met: undefined, ...outcome };
    done += 1;
    keep();
    const place = `${mutant.file}:${mutant.line} ${mutant.before} -> ${mutant.after}`.replaceAll('\n', ' ');
    console.log(
      `${done}/${asked.length} ${outcome.outcome} ${Math.round((Date.now() - start) / 1000)} s  ${place}  ${outcome.by ?? ''}`,
    );
  });
} finally {
  for (const slot of slots) slot.stop();
}
keep();
console.table(report(sample, kept));
