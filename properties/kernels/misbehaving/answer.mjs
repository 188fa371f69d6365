/** Shared by the kernels of this folder: an answer of the right shape, and the input that triggers their fault. */
export const answer = ({ Y, Z, velocityY, velocityZ }) => ({
  Y: Y.slice(),
  Z: Z.slice(),
  velocityY: velocityY.slice(),
  velocityZ: velocityZ.slice(),
  loss: 0,
});

export const provoked = ({ momentum }) => momentum === 0.5;

export const kernel = (step) => ({ name: 'misbehaving', dtype: 'float32', step });
