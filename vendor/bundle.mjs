/**
 * Bundles TensorFlow.js and a function of stdlib into dist/vendor, so that a user need not install them: they are 300 of
 * 340 MB, most of it never loaded. Run by `npm run build`, and does nothing where dist/vendor is up to date.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderOf, notices, packagesIn } from './licenses.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const here = join(root, 'vendor');
const target = join(root, 'dist/vendor');
const wasm = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');

/**
 * What `import '@tensorflow/tfjs'` loads, without layers, converter, data, and WebGL, which is in a file of its own, as is
 * WebGPU.
 */
const TFJS = `
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-cpu';
export * from '@tensorflow/tfjs-core';
`;
const MODULES = {
  tfjs: TFJS,
  'tfjs-wasm': `export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';`,
  'tfjs-webgl': `import '@tensorflow/tfjs-backend-webgl';`,
  'tfjs-webgpu': `import '@tensorflow/tfjs-backend-webgpu';`,
};
const QUANTILE = `module.exports = require('@stdlib/stats-base-dists-beta-quantile');`;

/** The parts of TensorFlow.js that are CommonJS expect these names in Node, and do without them in a page. */
const COMMON_JS = `
const [require, __filename, __dirname] = globalThis.process?.versions?.node
  ? await Promise.all([import('node:module'), import('node:url')]).then(([{ createRequire }, { fileURLToPath }]) => [
      createRequire(import.meta.url),
      fileURLToPath(import.meta.url),
      fileURLToPath(new URL('.', import.meta.url)),
    ])
  : [];
`;

/** Depends on all that a bundle is made of: what is installed, and the files of this folder. */
function key() {
  const hash = createHash('sha256');
  const own = readdirSync(here, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = own.map(({ parentPath, path, name }) => join(parentPath ?? path, name)).sort();
  // What npm has installed, which may be older than package-lock.json; other package managers do not write it.
  const installed = join(root, 'node_modules/.package-lock.json');
  paths.push(existsSync(installed) ? installed : join(root, 'package-lock.json'));
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** The key of the bundles that are there; undefined where none was made, or not to its end. */
function keyThere() {
  try {
    return readFileSync(join(target, 'key'), 'utf8');
  } catch {
    return undefined;
  }
}

async function bundle() {
  // Loaded here: it takes as long as everything else where there is nothing to do.
  const { build } = await import('esbuild');
  const common = {
    ...{
      absWorkingDir: root,
      outdir: target,
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'warning',
    },
    ...{ platform: 'node', target: 'node20', legalComments: 'linked' },
    // Names stay, so that a stack trace can be read.
    ...{ minifyWhitespace: true, minifySyntax: true },
  };
  const entries = (texts) => ({
    entryPoints: Object.keys(texts).map((name) => ({ in: `entry:${name}`, out: name })),
    plugins: [
      {
        name: 'entries',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'entry' }));
          onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({
            contents: texts[path],
            resolveDir: root,
          }));
        },
      },
    ],
  });
  return Promise.all([
    build({
      ...{ ...common, ...entries(MODULES), format: 'esm', mainFields: ['module', 'main'] },
      ...{ splitting: true, chunkNames: 'tfjs-shared', banner: { js: COMMON_JS.replaceAll(/\s+/g, ' ') } },
      // TensorFlow.js asks for it only where there is no global fetch.
      external: ['node-fetch'],
      // Copies of TensorFlow.js in one process share kernels and the selected backend through these properties of the
      // global object. Under names of its own, this copy neither changes nor is changed by one that the user loads.
      mangleProps: /^_tf(engine|Globals)$/,
      mangleCache: { _tfengine: '_snapcheckEngine', _tfGlobals: '_snapcheckGlobals' },
    }),
    // CommonJS, since it is loaded in the middle of a computation, which cannot wait for an import.
    build({
      ...common,
      ...entries({ 'beta-quantile': QUANTILE }),
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
    }),
  ]);
}

/** Writes a file whole: another build may do so at the same time. */
function write(name, contents) {
  const path = join(target, name);
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

/** Every file of dist/vendor but the key, as [name, contents]. */
async function files() {
  const results = await bundle();
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const sources = inputs.filter((file) => !file.startsWith('entry:'));
  const packages = packagesIn(new Set(sources.map((file) => join(root, folderOf(file)))));
  return [
    ...results
      .flatMap(({ outputFiles }) => outputFiles)
      .map(({ path, contents }) => [relative(target, path), contents]),
    ...readdirSync(wasm)
      .filter((name) => name.endsWith('.wasm'))
      .map((name) => [name, readFileSync(join(wasm, name))]),
    ['NOTICES.txt', notices(packages, readdirSync)],
    [
      'packages.json',
      `${JSON.stringify(
        packages.map(({ folder: _, ...rest }) => rest),
        null,
        1,
      )}\n`,
    ],
  ];
}

const current = key();
if (current !== keyThere()) {
  const made = await files();
  mkdirSync(target, { recursive: true });
  // The key is absent while the files are not whole.
  rmSync(join(target, 'key'), { force: true });
  for (const [name, contents] of made) write(name, contents);
  // What an older version had; not what another build is writing.
  for (const name of readdirSync(target))
    if (!made.some(([known]) => known === name) && !/\.\d+$/.test(name))
      rmSync(join(target, name), { force: true });
  write('key', current);
}
