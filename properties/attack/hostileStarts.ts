/** Modules that are hostile while they are loaded, or that are not a kernel. */
import type { Hostile } from './kernels.ts';

const kernel = (more: string) => `export default { name: 'k', dtype: 'float32', step() {}, ${more} };`;

export const hostileStarts: readonly Hostile[] = [
  {
    name: 'loops at its import',
    module: 'for (;;);',
    code: 2,
    says: /while loading the module: no answer within/,
    args: ['--time-limit', '0.1'],
  },
  {
    name: 'waits at its import for nothing',
    module: 'await new Promise(() => {}); export default 1;',
    code: 2,
    says: /while loading the module: its process ended with exit code 13/,
  },
  {
    name: 'ends at its import',
    module: 'process.exit(0);',
    code: 2,
    says: /while loading the module: its process ended with exit code 0/,
  },
  {
    name: 'aborts at its import',
    module: 'process.abort();',
    code: 2,
    says: /while loading the module: .*SIGABRT/,
  },
  {
    name: 'throws 50 MB at its import',
    module: "throw new Error('x'.repeat(5e7));",
    code: 2,
    says: /cannot be imported: x{1000}/,
  },
  {
    name: 'throws nothing at its import',
    module: 'throw undefined;',
    code: 2,
    says: /cannot be imported: undefined/,
  },
  {
    name: 'writes among the answers at its import',
    module: `import fs from 'node:fs'; fs.writeSync(4, 'x'.repeat(99)); ${kernel('')}`,
    code: 2,
    says: /unexpected bytes on descriptor 4/,
  },
  {
    name: 'leaks at its import',
    module: 'const leak = []; for (;;) leak.push(Buffer.alloc(1e7, 1));',
    code: 2,
    says: /while loading the module: \d+ MiB; the limit is 300 MiB/,
    args: ['--memory-limit', '300'],
  },
  {
    name: 'patches all at its import',
    module: `Array.prototype[Symbol.iterator] = function* () {}; JSON.stringify = () => 1; Object.keys = () => []; ${kernel('')}`,
    code: 1,
    says: /^wrong output: expected an object/,
  },
  {
    name: 'has a name of a million characters',
    module: kernel("name: 'x'.repeat(1e6)"),
    code: 2,
    says: /name: expected a text of 1 to 200 characters/,
  },
  {
    name: 'has a name that changes',
    module: kernel("get name() { return this.n = !this.n, this.n ? 'a' : 3; }"),
    code: 2,
  },
  {
    name: 'has a dtype that changes',
    module: kernel("get dtype() { return this.n = !this.n, this.n ? 'float32' : 'float16'; }"),
    code: 2,
    says: /dtype: expected/,
  },
  {
    name: 'has a name that throws',
    module: kernel("get name() { throw new Error('no name'); }"),
    code: 2,
    says: /no name/,
  },
  {
    name: 'has a name that acts on a terminal',
    module: kernel("name: '\\u001b[31m\\u202e'"),
    code: 1,
    says: /^wrong output/,
  },
  {
    name: 'is a Proxy that throws',
    module: "export default new Proxy({}, { get() { throw new Error('trap'); } });",
    code: 2,
    says: /trap/,
  },
  {
    name: 'is made by a class that ends the process',
    module: 'export default class { constructor() { process.exit(3); } }',
    code: 2,
    says: /exit code 3/,
  },
  { name: 'is nothing', module: 'export default undefined;', code: 2, says: /got nothing/ },
  { name: 'is bytes', module: '\0\0\0\0', code: 2, says: /cannot be imported/ },
];
