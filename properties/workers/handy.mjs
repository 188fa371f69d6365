/** What a crew is tried with. */
export const square = (x) => x * x;
export const fail = () => {
  throw new RangeError('a thread failed');
};
export const loop = () => {
  for (;;);
};
export const die = () => process.exit(3);
/** Writes down that it has begun, and waits until its gate is open. */
export const pass = ({ log, id, gate }) => {
  log[1 + Atomics.add(log, 0, 1)] = id;
  Atomics.wait(log, gate, 0);
};
