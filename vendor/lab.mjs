/**
 * Bundles the lab into dist/lab: a folder that any web server can serve, and that works from disk. Run by `npm run build`; with
 * `--sizes` (`npm run lab:build`) it tells the sizes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { folderOf, notices, packagesIn } from './licenses.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'src/lab');
const vendor = join(root, 'dist/vendor');
const target = join(root, 'dist/lab');
const WASM = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

const common = {
  ...{ absWorkingDir: root, bundle: true, write: false, minify: true, metafile: true, logLevel: 'warning' },
  ...{
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    tsconfig: join(source, 'tsconfig.json'),
  },
};
const inputs = new Set();
async function bundle(options) {
  const { outputFiles, metafile } = await build({ ...common, ...options });
  // What is left of a file after unused code is dropped.
  for (const output of Object.values(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs))
      if (bytesInOutput > 0) inputs.add(input);
  return outputFiles[0].text;
}

const worker = await bundle({ entryPoints: ['src/lab/worker.ts'], format: 'iife' });
const page = await bundle({
  ...{ entryPoints: ['src/lab/page/main.tsx'], format: 'iife', charset: 'utf8' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact', define: { LAB_WORKER: JSON.stringify(worker) } },
});
const tfjs = await bundle({
  ...{ entryPoints: ['src/lab/tfjs.ts'], format: 'esm', external: ['node:*', 'node-fetch'] },
});
const packages = [...inputs].filter((file) => file.startsWith('node_modules/'));
const files = {
  'index.html': readFileSync(join(source, 'page/index.html'), 'utf8'),
  'lab.css': await bundle({ entryPoints: ['src/lab/page/lab.css'] }),
  'lab.js': page,
  'tfjs.js': tfjs,
  'NOTICES.txt': `${notices(
    packagesIn(new Set(packages.map((file) => join(root, folderOf(file))))),
    readdirSync,
  )}\n${readFileSync(join(vendor, 'NOTICES.txt'), 'utf8')}`,
  ...Object.fromEntries(WASM.map((name) => [name, readFileSync(join(vendor, name))])),
};

mkdirSync(target, { recursive: true });
// Each file whole: the lab may be open, or another build at work.
for (const [name, contents] of Object.entries(files)) {
  const path = join(target, name);
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
for (const name of readdirSync(target))
  if (!(name in files) && !/\.\d+$/.test(name)) rmSync(join(target, name), { force: true });

if (process.argv.includes('--sizes')) {
  const size = (...names) =>
    `${names.join(' + ')} ${(names.reduce((sum, name) => sum + gzipSync(files[name]).length, 0) / 1024).toFixed(0)} KB`;
  console.log(`dist/lab, compressed: ${size('index.html', 'lab.css', 'lab.js')}`);
  console.log(`and where tfjs is asked for: ${size('tfjs.js', WASM[1])}`);
}
