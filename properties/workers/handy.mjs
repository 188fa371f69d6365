/** What a crew is tried with. */
export const square = (x) => x * x;
export const fail = () => {
  throw new RangeError('a thread failed');
};
export const loop = () => {
  for (;;);
};
export const die = () => process.exit(3);
