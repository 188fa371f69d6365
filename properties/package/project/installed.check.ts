/** What the installed package does in a project of its own. */
import fc from 'fast-check';
import {
  asExpected,
  attention,
  fastTrainer,
  float64,
  kernelCases,
  listClaims,
  moduleHost,
  presets,
  problems,
  runExperiment,
  runKernel,
  syntheticProblem,
  verify,
  writeReport,
} from 'snapcheck';
import { expect, it } from 'vitest';
// @ts-expect-error an example in JavaScript, without types
import plain from './node_modules/snapcheck/fixtures/kernels/plain.mjs';
import 'snapcheck/vitest';

it('judges a kernel with toConform', async () => {
  await expect(plain).toConform({ runs: 20 });
  // @ts-expect-error there is no such option
  await expect(plain).toConform({ runs: 20, replays: 'x' });
  await expect(expect(class {}).toConform({ runs: 1 })).rejects.toThrow('dtype');
});

it('runs a property with the arbitraries', () => {
  fc.assert(
    fc.property(problems.problem(), ({ classes }) => {
      for (const { probabilities } of classes) {
        const shares = attention(
          float64,
          probabilities.map(() => 0),
          probabilities,
        );
        expect(shares.reduce((a, b) => a + b, 0)).toBeLessThan(1 + 1e-12);
      }
    }),
    { seed: 1, numRuns: 20 },
  );
  fc.assert(
    fc.property(kernelCases('float64'), (calls) => calls.every(({ Z, vocabulary: M }) => Z.length === M * M)),
    { seed: 1, numRuns: 20 },
  );
});

it('verifies a claim in threads, and writes the report', async () => {
  const result = await verify({ claims: ['conservation'], rungs: ['sgd'], runs: 4, workers: 2 });
  expect(result.rows.map(({ rung }) => rung)).toEqual(['sgd']);
  expect(asExpected({ ...result, rows: [] })).toBe(false);
  const { written, failed } = await writeReport('report', result, listClaims(), 'a test');
  expect(failed).toEqual([]);
  expect(written.some((file) => file.endsWith('report.html'))).toBe(true);
});

it('trains on tensors', async () => {
  const { runs } = await runExperiment(fastTrainer('wasm'), {
    problem: syntheticProblem(presets['syn-small']),
    ...{ etaY: 1, etaZ: 1, momentum: 0, batch: 4, length: 8, steps: 2 },
    ...{ init: 'zero', seeds: 1, firstSeed: 1 },
  });
  expect(runs[0]?.losses[0]).toBeGreaterThan(3);
});

it('runs a kernel in a process of its own', async () => {
  const host = await moduleHost('node_modules/snapcheck/fixtures/kernels/plain.mjs', { timeLimit: 60_000 });
  const { verdict } = await runKernel(host, { runs: 5 }).finally(() => host.close());
  expect(verdict).toBe('pass');
});
