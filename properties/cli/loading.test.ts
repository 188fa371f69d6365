// heavy: 8 s
/** What a command loads: start-up is fast where nothing is loaded that is not used. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-loading-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every script that a run of the command has loaded, as V8's coverage lists them. */
function scripts(args: readonly string[], exitCode: number): string[] {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    ...{ cwd: folder, env, encoding: 'utf8' },
  });
  expect(status, stderr).toBe(exitCode);
  return readdirSync(coverage).flatMap((name): string[] =>
    JSON.parse(readFileSync(join(coverage, name), 'utf8')).result.map(({ url }: { url: string }) => url),
  );
}

/** The packages and bundles (`vendor/tfjs.js`) among them. */
function packages(args: readonly string[], exitCode = 0): string[] {
  const all = scripts(args, exitCode);
  expect(all.some((url) => url.endsWith('dist/cli/main.js'))).toBe(true);
  return [
    ...new Set(
      all.flatMap(
        (url) => /.*(?:node_modules|dist(?=\/vendor))\/((?:@[^/]+\/|vendor\/)?[^/]+)/.exec(url)?.[1] ?? [],
      ),
    ),
  ].sort();
}

/** Each takes from a quarter of a second to seconds to load. */
const HEAVY =
  /vendor|tensorflow|@stdlib|linkedom|observablehq|temml|^d3|piscina|gmp-wasm|playwright|bullmq|ioredis/;

describe('a help', () => {
  it.each(
    [['--help'], ['--version'], ...Object.keys(commands).map((name) => [name, '--help'])].map((args) => [
      args,
    ]),
  )('loads no package: %j', (args) => expect(packages(args)).toEqual([]));
});

describe('a list of the claims', () => {
  it.each([[['--list']], [['--list', '--json', 'snap']]])(
    'loads what claims are made of alone: %j',
    (args) => {
      expect(packages(['verify', ...args])).toEqual(['decimal.js', 'fast-check', 'pure-rand']);
    },
  );
});

describe('a command', () => {
  it('loads of the trainers the one that is asked for', () => {
    expect(packages(['train', '--steps', '1', '--seeds', '1'])).toEqual(['pure-rand', 'zod']);
    const fast = ['train', '--steps', '1', '--seeds', '1', '--trainer', 'fast'];
    const core = ['pure-rand', 'vendor/tfjs-shared.js'];
    expect(packages([...fast, '--backend', 'cpu'])).toEqual([...core, 'vendor/tfjs.js', 'zod']);
    expect(packages(fast)).toEqual([...core, 'vendor/tfjs-wasm.js', 'vendor/tfjs.js', 'zod']);
  });

  const classOf = (next: number, own: number) => ({
    ...{ next, query: 5, tokens: [0, own], probabilities: [0.5, 0.5] },
  });
  const world = { vocabulary: 9, classes: [classOf(6, 1), classOf(7, 2)] };
  writeFileSync(join(folder, 'world.json'), JSON.stringify(world));

  it('draws and typesets nothing without a report', () => {
    const loaded = packages(['verify', 'conservation', '--rung', 'population', '--runs', '1']);
    expect(loaded.filter((name) => /linkedom|observablehq|^d3|temml/.test(name))).toEqual([]);
  });

  it.each([
    [['explain', 'world.json'], 0],
    [['kernel', 'none.mjs'], 2],
    [['verify', '--rung', 'none'], 2],
    [['atlas', '--claims', 'none'], 2],
    [['bench', '--backend', 'none'], 2],
  ] as const)('loads nothing heavy before it is used: %j', (args, exitCode) => {
    expect(packages(args, exitCode).filter((name) => HEAVY.test(name))).toEqual([]);
  });
});
