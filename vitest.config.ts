import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { fromBuilt, isBuilt } from './properties/meta/built.ts';

const root = import.meta.dirname;

const sources = readdirSync(join(root, 'properties'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const textOf = (name: string) => readFileSync(join(root, 'properties', name), 'utf8');
/** Modules with hooks outside of functions, which a process registers for the first test file alone that imports them. */
const hooked = sources
  .filter((name) => !name.endsWith('.test.ts') && /^(after|before)(All|Each)\(/m.test(textOf(name)))
  .map((name) => `/${basename(name)}'`);

type Place = 'mocks' | 'own' | 'shared';

/** What a test file says of itself. */
const files = sources
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => {
    const path = `properties/${name.replaceAll('\\', '/')}`;
    const text = textOf(name);
    // A first line `// heavy: 30 s` gives the seconds on an idle core of a file that takes more than three. `// evidence: 30 s`
    // does so for one that makes kept evidence once more, or installs the package.
    const [first] = text.split('\n');
    const [, kind, seconds = 0] = /^\/\/ (heavy|evidence): (\d+) s$/.exec(first) ?? [];
    const heavy = Number(seconds);
    if (/^\/\/ *(heavy|evidence)/.test(first) && heavy === 0)
      throw new Error(`${path} begins with "${first}": write "// heavy: 30 s", with the seconds it takes`);
    // A mocked module, or a process that is changed, would meet the files after this one; so would a second copy of tfjs.
    const mocks = /\bvi\.((doM|m)ock|resetModules)\(/.test(text);
    const changes =
      /\bprocess\.(chdir\(|env(\.\w+|\[.*\])? = )|^(import|\}) .*from '.*tfjs|import\('@tensorflow\/[\w-]+'\)/m.test(
        text,
      );
    // To measure memory, all of it is collected again and again: in a process with what other files keep, seconds longer.
    const measures = /\b(bytesHeld|runBench)\(/.test(text);
    const own = changes || measures || hooked.some((module) => text.includes(module));
    const place: Place = mocks ? 'mocks' : own ? 'own' : 'shared';
    return { path, heavy, evidence: kind === 'evidence', place };
  });
/** The files of a run: all but evidence; in the mode `quick` the light ones; in the mode `evidence` that alone. */
const included = (place: Place, mode: string) =>
  files
    .filter((file) => file.place === place && file.evidence === (mode === 'evidence'))
    .filter(({ heavy }) => mode !== 'quick' || heavy === 0)
    .map(({ path }) => path);

/**
 * First the files with a process of their own, then those that share one: Vitest keeps a process for as long as the next
 * file shares it. Among each the longest first, so that two workers end at about the same time.
 */
class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const file = files.find(({ path }) => moduleId.endsWith(`/${path}`));
      return file ? file.heavy + { mocks: 2000, own: 1000, shared: 0 }[file.place] : 0;
    };
    return [...specifications].sort((a, b) => rank(b) - rank(a));
  }
}

const plugins = process.env.SNAPCHECK_CHILD_COVERAGE || !isBuilt(root) ? [] : [fromBuilt(root)];

export default defineConfig(({ mode }) => ({
  test: {
    // They end what hangs, and are no measure of speed: the longest test takes less than a minute on an idle machine.
    testTimeout: 600_000,
    hookTimeout: 60_000,
    // Two cores: a worker each.
    maxWorkers: 2,
    // Tests make much that lives for a moment: with more room for it the collector runs less often, a twentieth of the time. Both
    // cores are busy: a collector of several threads waits for its own, another twentieth.
    execArgv: ['--max-semi-space-size=64', '--no-parallel-scavenge'],
    // Each Node that a test starts would read the certificates that this names, which is most of a start. Only what installs
    // (evidence) asks anyone outside.
    env: mode === 'evidence' ? {} : { NODE_EXTRA_CA_CERTS: '' },
    // Node loads what is bundled, as it does for a user; Vitest would transform megabytes of it first.
    server: { deps: { external: [/\/dist\//] } },
    sequence: { sequencer: LongestFirst },
    // `npm run coverage` counts child processes too.
    setupFiles: process.env.SNAPCHECK_CHILD_COVERAGE ? ['properties/meta/childCoverage.ts'] : [],
    projects: [
      // Vitest can replace only what it transforms itself.
      { extends: true, test: { name: 'mocks', include: included('mocks', mode) } },
      { extends: true, plugins, test: { name: 'own process', include: included('own', mode) } },
      // To start a process, load the sources and compile what runs hot takes a second or two, for each file: most need not.
      { extends: true, plugins, test: { name: 'shared', isolate: false, include: included('shared', mode) } },
    ],
  },
}));
