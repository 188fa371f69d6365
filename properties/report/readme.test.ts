import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import faulty from '../../fixtures/kernels/faulty.mjs';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import { zoo } from '../../src/kernels/zoo/zoo.ts';
import { problemSchema } from '../../src/model/problemShape.ts';
import { atlasBlocks } from '../../src/report/atlasSentences.ts';
import { benchBlocks } from '../../src/report/bench.ts';
import { freshSeedsBlocks } from '../../src/report/freshSeeds.ts';
import { caseName } from '../../src/report/keepCase.ts';
import { kernelBlocks } from '../../src/report/kernelReadme.ts';
import { pictures } from '../../src/report/pictures/pictures.ts';
import { fillBlocks, readmeBlocks } from '../../src/report/readme.ts';
import { asExpected, type Result } from '../../src/verify/result.ts';
import { listClaims } from '../../src/verify/verify.ts';
import { expectGenerated } from '../support/generated.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');

/** What makes the README and the pictures again, and the kept result before them. */
const command = 'npm run build && node fixtures/readme.mjs';
const fromNewResult = `${command} --run`;

describe('the README', () => {
  const kept: Result = JSON.parse(read('fixtures/verify-result.json'));

  it('shows what the kept results say, and what a faulty kernel is told today', async () => {
    const readme = read('README.md');
    const json = (name: string) => JSON.parse(read(`fixtures/${name}.json`));
    const kernels = kernelBlocks({
      example: await runKernel(inThread(faulty as unknown as Kernel, { timeLimit: 60_000 })),
      campaign: json('kernel-campaign'),
      zoo,
      kills: json('kill-matrix').kills,
      operations: json('tfjs-findings').findings,
    });
    const bench = benchBlocks(JSON.parse(read('bench/results/bench.json')));
    const fresh = freshSeedsBlocks(json('fresh-seeds'));
    const atlas = { ...atlasBlocks(json('atlas/atlas')), ...fresh };
    const blocks = { ...readmeBlocks(kept, listClaims()), ...kernels, ...bench, ...atlas };
    expectGenerated({ path: 'README.md', actual: readme, expected: fillBlocks(readme, blocks), command });
  });

  it('names the case of a kernel as it is kept', () => {
    const replay = `kernel mine.mjs --replay .snapcheck/kernels/${caseName('mine', 'mine.mjs', 'features')}\n`;
    expect(read('README.md')).toContain(replay);
  });

  it('keeps a result of every claim on every rung, as expected today', () => {
    const now = listClaims().flatMap(({ claim, rungs }) =>
      rungs.map(({ rung, decided, expected }) => ({ claim, rung, decided, expected })),
    );
    const then = kept.rows.map(({ claim, rung, decided, expected }) => ({ claim, rung, decided, expected }));
    const name = (row: { claim: string; rung: string }) => `${row.claim} ${row.rung}`;
    const sorted = (rows: typeof now) => [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
    const mend = `fixtures/verify-result.json is not a result of the claims of today: run ${fromNewResult}`;
    expect(sorted(then), mend).toEqual(sorted(now));
    expect(kept.interrupted, mend).toBe(false);
    expect(asExpected(kept), mend).toBe(true);
  });

  it('shows the pictures that the project draws', async () => {
    for (const { file, svg } of await pictures(kept, 'npx snapcheck verify --report DIR')) {
      const path = `fixtures/pictures/${file}`;
      expectGenerated({ path, actual: read(path), expected: svg, command });
    }
  });

  it('gives a problem file that is valid', () => {
    const [, json] = /```json\n([\s\S]*?)```/.exec(read('README.md'))!;
    expect(problemSchema.safeParse(JSON.parse(json)).error).toBeUndefined();
  });

  it('types only commands, claims and options that there are', () => {
    const names = listClaims().map(({ claim }) => claim);
    const lines = [...read('README.md').matchAll(/^npx snapcheck (verify|train|kernel|bench)([^#\n]*)/gm)];
    expect(lines.length).toBeGreaterThan(0);
    for (const [line, command, rest] of lines) {
      const source = read(`src/cli/${command}.ts`) + read(`src/cli/${command}Options.ts`);
      const words = rest.trim().split(/\s+/).filter(Boolean);
      for (const flag of words.filter((word) => word.startsWith('--')))
        expect(source, line).toMatch(new RegExp(`['"\`]${flag}[ '"\`]`));
      if (command === 'verify')
        for (const word of words.slice(0, words.findIndex((w) => w.startsWith('-')) >>> 0))
          expect(names, line).toContain(word);
    }
  });

  it('links only to what is there', () => {
    const links = [...read('README.md').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(0);
    for (const path of links) expect(existsSync(at(path)), path).toBe(true);
  });
});

describe('generated blocks', () => {
  it('replace what stands between their markers, once or twice over', () => {
    const text = 'a\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nb';
    const filled = fillBlocks(text, { x: 'new' });
    expect(filled).toBe('a\n<!-- generated:x -->\nnew\n<!-- /generated:x -->\nb');
    expect(fillBlocks(filled, { x: 'new' })).toBe(filled);
  });

  it('must have their markers, and markers their block', () => {
    expect(() => fillBlocks('nothing', { x: 'new' })).toThrow('expected <!-- generated:x -->');
    expect(() => fillBlocks('<!-- generated:y --><!-- /generated:y -->', {})).toThrow(
      'nothing generates the block "y"',
    );
  });
});
