import { Decimal } from 'decimal.js';

/** Holds any number; computes only where a comment states that the result has few digits. */
export const Exact = Decimal.clone({ defaults: true, precision: 1e6 });
