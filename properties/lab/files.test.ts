/** The files of the lab: small, without scripts in the page, and with the notices of what they are made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../dist/lab/', import.meta.url));
const read = (name: string) => readFileSync(folder + name);

describe('dist/lab', () => {
  it('has the files that a web server needs, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'NOTICES.txt',
      'index.html',
      'lab.css',
      'lab.js',
      'tfjs-backend-wasm-simd.wasm',
      'tfjs-backend-wasm.wasm',
      'tfjs.js',
    ]);
  });

  it('is below 300 KB compressed, before tfjs is asked for', () => {
    const sizes = ['index.html', 'lab.css', 'lab.js'].map((name) => gzipSync(read(name)).length);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(300_000);
  });

  it('needs no script or style in the page, and names no other address there', () => {
    const page = read('index.html').toString();
    expect(page).toContain('src="lab.js"');
    expect(page).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|https?:|"\//);
    expect(read('lab.css').toString()).not.toMatch(/https?:|@import/);
  });

  it('has the notices of the packages in it', () => {
    const notices = read('NOTICES.txt').toString();
    for (const name of ['preact', 'decimal.js', 'fast-check', 'pure-rand', 'zod', '@tensorflow/tfjs-core'])
      expect(notices).toMatch(new RegExp(`^${name.replace('.', '\\.')} \\d`, 'm'));
    // Another licence, and nothing of it is on the page.
    expect(notices).not.toContain('gmp-wasm');
  });
});
