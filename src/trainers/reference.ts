import { decimal } from '../arithmetic/decimal.ts';
import { fieldTrainer } from './fieldTrainer.ts';

/**
 * The reference: decimals of `digits` significant digits.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export const reference = (digits: number) => ({
  ...fieldTrainer(decimal(digits)),
  name: `reference${digits}`,
});
