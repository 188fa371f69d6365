/** Modules with forged answers, or that change built-in objects of JavaScript. */
import { exceedsBound, misshapen, right, wrong } from './hostile.ts';
import type { Hostile } from './kernels.ts';

export const forgeries: readonly Hostile[] = [
  {
    name: 'forges a type tag',
    step: "const out = super.step(input); return { ...out, Y: { [Symbol.toStringTag]: 'Float32Array', length: out.Y.length, buffer: out.Y.buffer } };",
    ...misshapen,
    says: /^wrong output: Y: .*got an object/,
  },
  {
    name: 'forges the tag of doubles',
    step: "const out = super.step(input); const Y = Float64Array.from(out.Y); Object.defineProperty(Y, Symbol.toStringTag, { value: 'Float32Array' }); return { ...out, Y };",
    ...misshapen,
    says: /Y: .*got a Float64Array/,
  },
  {
    name: 'lies about a length',
    step: "const out = super.step(input); const Y = new Float32Array(0); Object.defineProperty(Y, 'length', { value: out.Y.length }); return { ...out, Y };",
    ...misshapen,
    says: /Y: .*got a Float32Array of 0/,
  },
  {
    name: 'lies about lengths by class',
    before:
      'class Lying extends Float32Array { get length() { return 1e9; } get byteLength() { return 4e9; } }',
    step: 'const out = super.step(input); return { ...out, Y: new Lying(1) };',
    code: 1,
    says: /^(wrong output: Y: .*got a Float32Array of 1|Y exceeds)/,
  },
  {
    name: 'a Proxy of an array',
    step: 'const out = super.step(input); return { ...out, Y: new Proxy(out.Y, {}) };',
    ...misshapen,
  },
  {
    name: 'a revoked Proxy',
    step: 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy;',
    code: 1,
    says: /^threw: .*revoked/,
  },
  {
    name: 'patches typed arrays',
    step: `const T = Object.getPrototypeOf(Float32Array.prototype); for (const name of ['set', 'slice', 'fill', 'subarray', 'copyWithin']) T[name] = function () { return this; }; ${wrong.replace('out.Y.fill(NaN)', 'out.Y[0] = NaN')} return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches the getters of typed arrays',
    step: `const T = Object.getPrototypeOf(Float32Array.prototype); ${wrong} for (const name of ['length', 'byteLength', 'byteOffset']) Object.defineProperty(T, name, { get: () => 0 }); return out;`,
    code: 1,
    // Node reads `length` when it writes.
    says: /^(Y exceeds|exited: .*its answer cannot be written)/s,
  },
  {
    name: 'patches arrays and objects',
    step: `${wrong} for (const name of ['map', 'filter', 'flatMap', 'join', 'find', 'push', 'includes']) Array.prototype[name] = () => []; Array.prototype[Symbol.iterator] = function* () {}; for (const name of ['keys', 'entries', 'values', 'fromEntries', 'is']) Object[name] = () => []; return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches functions',
    step: `${wrong} for (const name of ['call', 'apply', 'bind', 'toString']) Function.prototype[name] = () => 0; return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches JSON',
    step: `${wrong} JSON.stringify = () => '{}'; JSON.parse = () => ({}); Object.prototype.toJSON = () => 1; return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches Buffer and typed array constructors',
    step: `${wrong} globalThis.Float32Array = globalThis.Uint8Array = globalThis.Float64Array = class { constructor() { return []; } }; Buffer.from = Buffer.concat = () => new ArrayBuffer(0); return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches promises',
    step: `${wrong} Promise.prototype.then = function (f) { return f(0); }; return Promise.resolve(out);`,
    code: 1,
    args: ['--time-limit', '2'],
    says: /^(Y exceeds|hung|threw|exited|wrong output)/,
  },
  {
    name: 'patches messages',
    before: "import { parentPort, MessagePort } from 'node:worker_threads';",
    step: `${wrong} process.send = () => true; MessagePort.prototype.postMessage = () => {}; process.emit('message', { verdict: 'pass' }); return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches fs and modules',
    before:
      "import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; import util from 'node:util';",
    step: `${wrong} fs.writeSync = (fd, bytes) => bytes.length; fs.readSync = () => 0; util.inspect = () => ''; util.types.isNativeError = () => false; syncBuiltinESMExports(); return out;`,
    ...exceedsBound,
  },
  {
    name: 'patches the exit and timers',
    step: `process.exit = process.reallyExit = () => {}; globalThis.setImmediate = globalThis.setTimeout = () => {}; ${right}`,
    code: 0,
  },
  {
    name: 'gives all objects setters',
    step: `${wrong} for (const name of ['Y', 'Z', 'loss', 'stages', '0']) Object.defineProperty(Object.prototype, name, { set() {}, get() { return 0; }, configurable: true }); return out;`,
    code: 1,
    says: /^(Y exceeds|exited|threw|wrong output|garbage)/,
  },
  {
    name: 'hides that it changed its input',
    step: `input.Z[0] += 1; Object.is = () => true; Buffer.compare = () => 0; ${right}`,
    code: 1,
    says: /^changed its input: .*Z/,
  },
  {
    name: 'changes its input in a getter',
    step: 'const out = super.step(input); return { ...out, get Y() { input.Z[0] += 1; return out.Y; } };',
    code: 1,
    says: /^changed its input: .*Z/,
  },
  {
    name: 'hides that it returns old memory',
    step: 'const out = super.step(input); WeakSet.prototype.has = () => false; const own = (this.own ??= new ArrayBuffer(2 ** 22)); const Y = new Float32Array(own, 0, out.Y.length); Y.set(out.Y); return { ...out, Y };',
    code: 1,
    says: /expected new arrays, got memory that an earlier call returned/,
  },
  {
    name: 'returns its input',
    step: 'return { ...super.step(input), Y: input.Y };',
    ...misshapen,
    says: /got the input's own/,
  },
  {
    name: 'returns shared memory that it changes',
    step: 'const out = super.step(input); const Y = new Float32Array(new SharedArrayBuffer(4 * out.Y.length)); Y.set(out.Y); setImmediate(() => Y.fill(0)); return { ...out, Y };',
    ...misshapen,
    says: /expected unshared memory, got a SharedArrayBuffer/,
  },
  {
    name: 'mends its answer later',
    step: `const good = super.step(input); ${wrong.replace('super', 'super')} setImmediate(() => out.Y.set(good.Y)); return out;`,
    ...exceedsBound,
  },
  {
    name: 'spoils its answer later',
    step: 'const out = super.step(input); setImmediate(() => out.Y.fill(NaN)); Promise.resolve().then(() => 0).then(() => out.Z.fill(NaN)); return out;',
    code: 0,
  },
  {
    name: 'a getter that says something else each time',
    step: 'const out = super.step(input); let reads = 0; return { ...out, get Y() { return reads++ ? out.Y : new Float32Array(out.Y.length).fill(NaN); } };',
    ...exceedsBound,
  },
  {
    name: 'gives its answer away',
    step: 'const out = super.step(input); structuredClone(out.Y, { transfer: [out.Y.buffer] }); return out;',
    ...misshapen,
    says: /Y: .*got a Float32Array of 0/,
  },
  {
    name: 'shrinks its answer',
    step: 'const out = super.step(input); const memory = new ArrayBuffer(4 * out.Y.length, { maxByteLength: 2 ** 20 }); const Y = new Float32Array(memory); memory.resize(0); return { ...out, Y };',
    ...misshapen,
    says: /Y: .*got a Float32Array of 0/,
  },
  {
    name: 'returns two thousand million numbers',
    step: 'return { ...super.step(input), Y: new Float32Array(2 ** 31) };',
    ...misshapen,
    says: /got a Float32Array of 2147483648/,
  },
  {
    name: 'returns a deep object',
    step: 'let Y = {}; for (let i = 0; i < 1e6; i++) Y = { Y }; return { ...super.step(input), Y };',
    ...misshapen,
  },
  {
    name: 'returns a million stages',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source text of a kernel
    step: 'const out = super.step(input); for (let i = 0; i < 1e6; i++) out.stages[`x${i}`] = 1; return out;',
    ...misshapen,
    says: /and 999980 more/,
  },
  { name: 'returns a long text', step: "return 'x'.repeat(5e7);", ...misshapen },
  {
    name: 'returns a loss that is an object',
    step: 'const out = super.step(input); return { ...out, loss: { valueOf: () => out.loss } };',
    ...misshapen,
    says: /loss: expected a number/,
  },
  { name: 'answers with NaN', step: `${wrong} return out;`, ...exceedsBound },
];
