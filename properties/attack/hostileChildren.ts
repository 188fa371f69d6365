/** Modules that allocate unlimited memory, or start processes that should outlive them. */
import { right } from './hostile.ts';
import type { Hostile } from './kernels.ts';

const sleeps = "spawn('sleep', ['1000'], { detached: true, stdio: 'ignore'";
export const children: readonly Hostile[] = [
  {
    name: 'leaks arrays',
    step: 'this.leak ??= []; for (;;) this.leak.push(new Float64Array(2 ** 20).fill(1));',
    code: 1,
    says: /^took too much memory: \d+ MiB; the limit is 300 MiB/,
    args: ['--memory-limit', '300'],
  },
  {
    name: 'leaks objects',
    step: 'const leak = []; for (;;) leak.push({ leak: [1, 2, 3] });',
    code: 1,
    says: /^(took too much memory|exited: .*heap out of memory)/s,
    args: ['--memory-limit', '300'],
  },
  {
    name: 'leaks in a child',
    before: "import { spawnSync } from 'node:child_process';",
    step: "spawnSync(process.execPath, ['-e', 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));']); return super.step(input);",
    code: 1,
    says: /^took too much memory/,
    args: ['--memory-limit', '300'],
  },
  {
    name: 'starts a child that leaves its group',
    before: "import { spawn } from 'node:child_process';",
    step: `${sleeps} }).unref(); ${right}`,
    code: 0,
  },
  {
    name: 'starts a child by another that ends',
    before: "import { spawnSync } from 'node:child_process';",
    step: `spawnSync('sh', ['-c', 'setsid sleep 1000 </dev/null >/dev/null 2>&1 &']); ${right}`,
    code: 0,
  },
  {
    name: 'starts a child with an empty environment',
    before: "import { spawn } from 'node:child_process'; import fs from 'node:fs';",
    step: `const child = ${sleeps}, env: { PATH: process.env.PATH } }); child.unref(); fs.appendFileSync('pids', child.pid + '\\n'); ${right}`,
    code: 0,
  },
  {
    name: 'starts a child that takes no signal',
    before: "import { spawn } from 'node:child_process';",
    step: `spawn('sh', ['-c', "trap '' TERM INT HUP; sleep 1000; sleep 1000"], { detached: true, stdio: 'ignore' }).unref(); ${right}`,
    code: 0,
  },
  {
    name: 'starts a child that keeps its output open',
    before: "import { spawn } from 'node:child_process';",
    step: `spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' }).unref(); process.exit(0);`,
    code: 1,
    says: /^exited: /,
  },
  {
    name: 'starts a child that is always another',
    before: "import { spawn } from 'node:child_process'; import fs from 'node:fs';",
    step: `if (this.calls === 1) { fs.writeFileSync('hop.sh', 'sleep 0.01; setsid sh ./hop.sh &'); spawn('sh', ['./hop.sh'], { detached: true, stdio: 'ignore' }).unref(); } ${right}`,
    code: 0,
  },
  {
    name: 'starts many children',
    before: "import { spawn } from 'node:child_process';",
    step: `for (let i = 0; i < 30; i++) ${sleeps} }).unref(); process.abort();`,
    code: 1,
    says: /^exited: .*SIGABRT/,
  },
  {
    name: 'starts threads that loop',
    before: "import { Worker } from 'node:worker_threads';",
    step: `if (this.calls === 1) for (let i = 0; i < 2; i++) new Worker('for (;;);', { eval: true }).unref(); ${right}`,
    code: 0,
  },
];
