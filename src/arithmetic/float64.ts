import type { Field } from './field.ts';

/** IEEE 754 binary64 with the exp and log of the JavaScript engine (no directed rounding, no enclosure). */
export const float64: Field<number> = {
  name: 'float64',
  digits: 15.95,
  of: (x) => x,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  sqrt: Math.sqrt,
  exp: (x) => Math.exp(x),
  ln: (x) => Math.log(x),
  toNumber: (a) => a,
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : undefined),
  radius: () => 0,
};
