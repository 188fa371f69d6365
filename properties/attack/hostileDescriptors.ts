/** Modules that close or flood their descriptors, forge answers, or throw values that are hard to print. */
import { exceedsBound, hangs, right, wrong } from './hostile.ts';
import type { Hostile } from './kernels.ts';

export const descriptors: readonly Hostile[] = [
  {
    name: 'closes the descriptor of requests',
    before: "import fs from 'node:fs';",
    step: `fs.closeSync(3); ${right}`,
    code: 1,
    says: /^exited: .*EBADF/,
  },
  {
    name: 'closes the descriptor of answers',
    before: "import fs from 'node:fs';",
    step: `fs.closeSync(4); ${right}`,
    code: 1,
    says: /^exited: .*its answer cannot be written: EBADF/s,
  },
  {
    name: 'closes every descriptor',
    before: "import fs from 'node:fs';",
    step: `for (let i = 0; i < 256; i++) try { fs.closeSync(i); } catch {} ${right}`,
    ...{ code: 1, says: /^(exited|hung)/, args: ['--time-limit', '2'] },
  },
  {
    name: 'closes its output',
    before: "import fs from 'node:fs';",
    step: `if (this.calls === 1) { fs.closeSync(1); fs.closeSync(2); } ${right}`,
    code: 0,
  },
  {
    name: 'writes among the answers',
    before: "import fs from 'node:fs';",
    step: `fs.writeSync(4, 'x'.repeat(100)); ${right}`,
    code: 1,
    says: /^garbage: unexpected bytes on descriptor 4/,
  },
  {
    name: 'writes an answer without the key',
    before: "import fs from 'node:fs';",
    step: `fs.writeSync(4, Buffer.from(new Float64Array([0, 0, 4, 16, 1, 1]).buffer)); ${right}`,
    code: 1,
    says: /^garbage: unexpected bytes on descriptor 4/,
  },
  {
    name: 'reads its own requests',
    before: "import fs from 'node:fs';",
    step: 'fs.readSync(3, Buffer.alloc(8));',
    ...hangs,
  },
  {
    name: 'prints a result',
    step: `console.log('{"schema":1,"verdict":"pass"}'); ${wrong} return out;`,
    ...exceedsBound,
  },
  {
    name: 'prints through descriptor 1',
    before: "import fs from 'node:fs';",
    step: `fs.writeSync(1, 'not JSON'); ${right}`,
    code: 0,
  },
  {
    name: 'lets a child print',
    before: "import { spawnSync } from 'node:child_process';",
    step: `spawnSync('echo', ['not JSON'], { stdio: 'inherit' }); ${right}`,
    code: 0,
  },
  {
    name: 'prints what acts on a terminal',
    step: `console.log('\\u001b[31m\\u202e'); console.error('\\u001b]0;x\\u0007\\u009b'); ${right}`,
    code: 0,
  },
  {
    name: 'prints without end',
    step: "for (;;) process.stdout.write('x'.repeat(1e5));",
    ...hangs,
    says: /^hung: .*its standard output ends:\nx{100}/s,
  },
  {
    name: 'prints errors without end',
    before: "import fs from 'node:fs';",
    step: "for (;;) fs.writeSync(2, 'e'.repeat(1e5));",
    ...hangs,
    says: /^hung: .*its standard error ends:\ne{100}/s,
  },
  {
    name: 'prints much, and answers',
    step: `for (let i = 0; i < 200; i++) console.error('x'.repeat(1e5)); ${right}`,
    code: 0,
  },
  { name: 'throws 50 MB', step: "throw new Error('x'.repeat(5e7));", code: 1, says: /^threw: x{1000}/ },
  {
    name: 'throws what acts on a terminal',
    step: "throw new Error('\\u001b[31m\\u202eevil\\u2066');",
    code: 1,
    says: /^threw: /,
  },
  {
    name: 'throws what cannot be shown',
    step: "throw { get message() { throw 1; }, [Symbol.for('nodejs.util.inspect.custom')]() { throw 2; } };",
    code: 1,
    says: /^threw: a value that cannot be shown/,
  },
  {
    name: 'throws what never shows',
    step: "throw { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } };",
    ...hangs,
  },
];
