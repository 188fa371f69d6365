// evidence: 23 s
/**
 * Runs a part of all attacks, and checks their number. SNAPCHECK_ATTACK selects the part: `all`, `3/40` (the third of
 * forty parts), with kinds after a blank (`all input kernel`). By default one part of 60, which depends on the
 * sources.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Attack, Kind } from './attack.ts';
import { readers } from './documents.ts';
import { here } from './inProcess.ts';

/** Required number of attacks of each kind, and where they are defined. */
const KINDS: Readonly<Record<Kind, readonly [least: number, load: () => Promise<object>]>> = {
  input: [600, () => import('./inputs.ts')],
  kernel: [70, () => import('./kernels.ts')],
  stream: [25, () => import('./streams.ts')],
  disk: [20, () => import('./disks.ts')],
  environment: [30, () => import('./environments.ts')],
};
const PARTS = 60;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The part depends only on the sources. */
function partOfSources(): number {
  const hash = createHash('sha256');
  const root = at('../../src/');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.ts')) hash.update(readFileSync(root + name));
  return 1 + (hash.digest().readUInt32LE() % PARTS);
}

const [which = `${partOfSources()}/${PARTS}`, ...kinds] = (process.env.SNAPCHECK_ATTACK ?? '')
  .split(' ')
  .filter(Boolean);
const [part, parts] = which === 'all' ? [1, 1] : which.split('/').map(Number);
const chosen = (Object.keys(KINDS) as Kind[]).filter((kind) => kinds.length === 0 || kinds.includes(kind));

for (const kind of chosen) {
  const [least, load] = KINDS[kind];
  const attacks = Object.values(await load())
    .filter(Array.isArray)
    .flat()
    .filter((one): one is Attack => one?.kind === kind && typeof one.run === 'function');
  const mine = attacks.filter((_, i) => i % parts === part - 1);
  describe(`attacks by ${kind}, part ${part} of ${parts}: ${mine.length} of ${attacks.length}`, () => {
    it(`are at least ${least}, each with a name of its own`, () => {
      expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
      expect(attacks.length).toBeGreaterThanOrEqual(least);
    });
    it.each(mine.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      expect(await one.run()).toEqual([]);
    });
  });
}

describe('the documents that attacks damage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-good-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const good = readers.filter(({ codes }) => codes.length > 0);
  it.each(good.map((reader) => [reader.name, reader] as const))('are good: %s', async (_, reader) => {
    const file = join(folder, reader.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, reader.text);
    const { status, stderr } = await here(reader.args, folder);
    expect(reader.codes, stderr).toContain(status);
    rmSync(file);
  });
});
