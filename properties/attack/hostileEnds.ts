/** Modules that exit, hang, or throw outside of a call. */
import { hangs, hung, right } from './hostile.ts';
import type { Hostile } from './kernels.ts';

export const ends: readonly Hostile[] = [
  { name: 'ends well: process.exit(0)', step: 'process.exit(0);', code: 1, says: /^exited: .*exit code 0/ },
  { name: 'process.exit(1)', step: 'process.exit(1);', code: 1, says: /^exited: .*exit code 1/ },
  { name: 'process.reallyExit(0)', step: 'process.reallyExit(0);', code: 1, says: /^exited: .*exit code 0/ },
  { name: 'process.abort()', step: 'process.abort();', code: 1, says: /^exited: .*SIGABRT/ },
  ...(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGHUP'] as const).map((signal): Hostile => {
    const step = `process.kill(process.pid, '${signal}'); for (;;);`;
    return { name: `ends itself by ${signal}`, step, code: 1, says: new RegExp(`^exited: .*${signal}`) };
  }),
  { name: 'stops itself', step: "process.kill(process.pid, 'SIGSTOP'); for (;;);", ...hangs },
  {
    name: 'kills its parent',
    step: "process.kill(process.ppid, 'SIGKILL'); for (;;);",
    code: 1,
    says: /^exited: its process was ended by SIGKILL/,
  },
  { name: 'stops its parent', step: `process.kill(process.ppid, 'SIGSTOP'); ${right}`, code: 0 },
  {
    name: 'kills its group',
    step: "process.kill(0, 'SIGKILL'); for (;;);",
    code: 1,
    says: /^exited: .*SIGKILL/,
  },
  {
    name: 'ends through the inspector',
    before: "import { Session } from 'node:inspector';",
    step: "const s = new Session(); s.connect(); s.post('Runtime.evaluate', { expression: 'process.exit(0)' });",
    code: 1,
    says: /^exited: .*exit code 0/,
  },
  {
    name: 'terminates its execution through the inspector',
    before: "import { Session } from 'node:inspector';",
    step: "const s = new Session(); s.connect(); s.post('Runtime.terminateExecution'); for (;;);",
    ...{ code: 1, says: /^(exited|threw|hung)/, args: hung },
  },
  {
    name: 'throws later, with its promise open',
    step: "setTimeout(() => { throw new Error('later'); }); return new Promise(() => {});",
    code: 1,
    says: /^exited: its process ended by an uncaught error: later/,
  },
  {
    name: 'throws after its answer',
    step: `setImmediate(() => { throw new Error('later'); }); ${right}`,
    code: 1,
    says: /^exited: its process ended by an uncaught error: later/,
  },
  {
    name: 'leaves a rejection to nobody',
    step: `Promise.reject(new Error('nobody')); ${right}`,
    code: 1,
    says: /^exited: .*nobody/,
  },
  {
    name: 'ends in a listener that loops',
    step: "process.on('exit', () => { for (;;); }); process.exit(0);",
    ...hangs,
  },
  { name: 'loops', step: 'for (;;);', ...hangs },
  {
    name: 'loops in microtasks',
    step: 'const again = () => queueMicrotask(again); again(); return new Promise(() => {});',
    ...hangs,
  },
  { name: 'never settles', step: 'return new Promise(() => {});', ...hangs },
  { name: 'a thenable that never calls', step: 'return { then() {} };', ...hangs },
  { name: 'sleeps', step: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', ...hangs },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source text of a kernel
  { name: 'a regular expression without end', step: "/^(a+)+$/.test(`${'a'.repeat(50)}!`);", ...hangs },
  {
    name: 'recurses without end',
    step: 'const f = () => f() + 1; return f();',
    code: 1,
    says: /^threw: Maximum call stack/,
  },
  {
    name: 'a thenable that throws',
    step: "return { get then() { throw new Error('then'); } };",
    code: 1,
    says: /^threw: then/,
  },
  { name: 'sets the exit code', step: `process.exitCode = 3; ${right}`, code: 0 },
  {
    name: 'moves away and empties the environment',
    step: `process.chdir('/'); for (const k in process.env) delete process.env[k]; ${right}`,
    code: 0,
  },
];
