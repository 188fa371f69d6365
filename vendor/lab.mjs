/**
 * Bundles the lab into dist/lab: a folder that any web server can serve, and that works from disk. Run by `npm run build`; alone by
 * `npm run lab:build`, which also tells the sizes.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'src/lab');
const target = join(root, 'dist/lab');
const WASM = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

// Until the page is there.
if (!existsSync(join(source, 'page/main.tsx'))) process.exit(0);

const common = {
  ...{ absWorkingDir: root, bundle: true, write: false, minify: true, logLevel: 'warning' },
  ...{
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    tsconfig: join(source, 'tsconfig.json'),
  },
};
const bundle = async (options) => (await build({ ...common, ...options })).outputFiles[0].text;

const worker = await bundle({ entryPoints: ['src/lab/worker.ts'], format: 'iife' });
const page = await bundle({
  ...{ entryPoints: ['src/lab/page/main.tsx'], format: 'iife', charset: 'utf8' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact', define: { LAB_WORKER: JSON.stringify(worker) } },
});
const tfjs = await bundle({
  ...{ entryPoints: ['src/lab/tfjs.ts'], format: 'esm', external: ['node:*', 'node-fetch'] },
});
const files = {
  'index.html': readFileSync(join(source, 'page/index.html'), 'utf8'),
  'lab.css': await bundle({ entryPoints: ['src/lab/page/lab.css'] }),
  'lab.js': page,
  'tfjs.js': tfjs,
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(join(target, name), text);
for (const name of WASM) copyFileSync(join(root, 'dist/vendor', name), join(target, name));
if (existsSync(join(root, 'dist/vendor/NOTICES.txt')))
  copyFileSync(join(root, 'dist/vendor/NOTICES.txt'), join(target, 'NOTICES.txt'));

if (process.argv.includes('--sizes')) {
  const size = (name) => `${name} ${(gzipSync(files[name]).length / 1024).toFixed(0)} KB`;
  console.log(`dist/lab, compressed: ${['index.html', 'lab.css', 'lab.js'].map(size).join(', ')}`);
  console.log(`and ${size('tfjs.js')} with its .wasm files where tfjs is asked for`);
}
