/** Which program computes: machines of a fleet whose answers could differ have different versions. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { fingerprint } from '../../io/fingerprint.ts';
import { installedVersion } from '../../io/installed.ts';
import { beside } from '../crew.ts';

/** Packages that have a part in the numbers. A user may have other versions of them than the lock file. */
const DECIDING = ['decimal.js', 'fast-check', 'pure-rand', 'gmp-wasm'];

/**
 * The engine's own functions on some thousand arguments. They differ between versions of Node (docs/versions.md: `**`), and
 * trajectories follow: where these bits are the same, machines with different Nodes can work together.
 */
function functions(): Float64Array {
  const values: number[] = [];
  for (let k = -323; k <= 308; k++) values.push(10 ** k);
  for (let i = 1; i <= 500; i++) {
    const x = (i * 0.6180339887498949) % 1;
    const y = 40 * ((i * 0.7548776662466927) % 1) - 20;
    values.push(x ** y, (1 + x) ** y, Math.exp(y), Math.log(x), Math.log1p(x), Math.expm1(y * x));
    values.push(Math.sin(y), Math.cos(y), Math.tanh(y), Math.cbrt(y), Math.hypot(x, y));
  }
  return Float64Array.from(values);
}

let known: string | undefined;

/** 16 hex digits of the SHA-256 of the whole build, the packages that decide with it, and the engine's own functions. */
export function programVersion(): string {
  const build = () => fingerprint([fileURLToPath(beside(import.meta.url, '../..'))]);
  known ??= createHash('sha256')
    .update(build())
    .update(DECIDING.map((name) => `${name} ${installedVersion(name)}`).join())
    .update(new Uint8Array(functions().buffer))
    .digest('hex')
    .slice(0, 16);
  return known;
}
