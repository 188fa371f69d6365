import { describe, expect, it } from 'vitest';
import { equalOverlapDecoder } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('effective-rate', () => {
  itGetsItsVerdicts('effective-rate');

  it('in plain doubles on W alone: the slowed clock is right, the printed factor falls short by 44 % at N = 2000', () => {
    const { w, slowed, printed } = equalOverlapDecoder({ M: 5, rho: 0.5, etaY: 1, steps: 2000 });
    // Each of 2000 steps rounds w by at most 50 u relative, and the recursion contracts: 1e5 u = 1.1e-11 < 1e-9.
    expect(Math.abs(w - slowed)).toBeLessThan(1e-9 * w);
    expect(printed / w).toBeLessThan(0.56);
  });
});
