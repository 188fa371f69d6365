/** Conversion of decimals to MPFR numbers and back, with directed rounding. */
import type { Decimal } from 'decimal.js';
import type { Interval } from '../../src/arithmetic/decimal.ts';
import type { IntervalField } from '../../src/arithmetic/field.ts';
import { DOWN, mpfrLibrary, UP } from '../../src/arithmetic/mpfr.ts';
import type { Address, Arena } from '../../src/arithmetic/mpfrArena.ts';
import { Exact } from './exact.ts';

/** Sets a number from text, e.g. `-1.5e-300`. */
export function setText(at: number, text: string, rounding: number): void {
  const lib = mpfrLibrary();
  const pointer = lib.malloc_cstr(text);
  lib.mpfr_set_str(at, pointer, 10, rounding);
  lib.free(pointer);
}

/** A number, rounded to `digits` digits. */
function textOf(at: number, digits: number, rounding: number): Decimal {
  const lib = mpfrLibrary();
  const buffer = lib.malloc(digits + 16);
  lib.mpfr_get_str(buffer, buffer + digits + 8 - ((buffer + digits) % 4), 10, digits, at, rounding);
  const bytes = lib.mem.subarray(buffer, buffer + digits + 16);
  const exponent = new DataView(bytes.buffer, buffer + digits + 8 - ((buffer + digits) % 4)).getInt32(
    0,
    true,
  );
  const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  lib.free(buffer);
  const [, sign, rest] = /^(-?)(.*)$/.exec(text)!;
  if (rest === '@Inf@') return new Exact(`${sign}Infinity`);
  if (rest === '@NaN@') return new Exact(Number.NaN);
  return new Exact(`${sign}0.${rest}e${exponent}`);
}

/** Factor of digits with which ends are read: far more than the field has, so that outward reading hides no fault. */
const READ = 4;

/**
 * MPFR intervals with decimal ends, so that the properties of `interval` apply to them: operands are rounded outward to
 * the field's numbers, results are read outward. Every operation has its own scope.
 */
export function withDecimalEnds(F: IntervalField<Address>): IntervalField<Interval> {
  const arena = F.memory as Arena;
  const into = ({ lo, hi }: Interval): Address => {
    const a = F.of(0);
    setText(a, lo.toString(), DOWN);
    setText(a + arena.size, hi.toString(), UP);
    return a;
  };
  const back = (a: Address): Interval => {
    const digits = READ * F.digits + 60;
    return { lo: textOf(a, digits, DOWN), hi: textOf(a + arena.size, digits, UP) };
  };
  const inScope =
    <A extends readonly Interval[], R>(read: (a: Address) => R, op: (...operands: Address[]) => Address) =>
    (...operands: A): R =>
      arena.scope(() => read(op(...operands.map(into))));
  const one = (op: (a: Address) => Address) => inScope<[Interval], Interval>(back, op);
  const two = (op: (a: Address, b: Address) => Address) => inScope<[Interval, Interval], Interval>(back, op);
  return {
    name: F.name,
    digits: F.digits,
    of: (x) => arena.scope(() => back(F.of(x))),
    between: (low, high) => arena.scope(() => back(F.between(low, high))),
    lower: one(F.lower),
    add: two(F.add),
    sub: two(F.sub),
    mul: two(F.mul),
    div: two(F.div),
    neg: one(F.neg),
    sqrt: one(F.sqrt),
    exp: one(F.exp),
    ln: one(F.ln),
    toNumber: inScope<[Interval], number>(F.toNumber, (a) => a),
    sign: inScope<[Interval], ReturnType<typeof F.sign>>(F.sign, (a) => a),
    radius: inScope<[Interval], number>(F.radius, (a) => a),
  };
}
