import { Decimal } from 'decimal.js';

/** Holds any number; computes only where the text says that the result is short. */
export const Exact = Decimal.clone({ defaults: true, precision: 1e6 });
