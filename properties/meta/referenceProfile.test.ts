// heavy: 5 s
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../bench/referenceProfile.mjs', import.meta.url));

describe('a training run of the reference', () => {
  it('spends at least 80 % of its samples in decimal.js, including its part of the garbage collector', () => {
    const { decimal, collector, garbage, shared } = JSON.parse(
      execFileSync(process.execPath, [script, '--json'], { encoding: 'utf8' }),
    );
    expect(shared).toBeGreaterThanOrEqual(0.8);
    // The garbage collector is distributed by bytes, and never exceeds its own time.
    expect(shared).toBe(decimal + collector * garbage);
    expect(garbage).toBeGreaterThan(0.8);
  });
});
