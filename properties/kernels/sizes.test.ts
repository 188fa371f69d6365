// heavy: 4 s
/** A run reaches the sizes at which fast kernels break, with inputs that show what is wrong there. */
import { describe, expect, it } from 'vitest';
import { type KernelCase, runCases, sizedCases } from '../../src/kernels/cases/cases.ts';
import { DEFAULT_ENVELOPE } from '../../src/kernels/cases/envelope.ts';
import { most, sequenceFacts } from '../../src/kernels/cases/facts.ts';
import { DTYPES } from './judging.ts';

const powers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
const off = (size: number) => [size - 1, size, size + 1];

// Each seed has every size (the number of sized cases does not depend on it); what the random numbers of a case may hide in a fraction q
// of the runs is missed with probability (1 - q)^2.
describe.each([0, 7])('a default run at seed %i', (seed) => {
  const dtype = DTYPES[seed % 2];
  // Every tenth case is a sized one.
  const caseAt = runCases(dtype, seed);
  const cases: KernelCase[] = Array.from({ length: sizedCases(DEFAULT_ENVELOPE) / 10 }, (_, i) =>
    caseAt(10 * i + 9),
  );
  const calls = cases.flat();
  const someCall = (size: number, holds: (facts: ReturnType<typeof sequenceFacts>[number]) => boolean) =>
    calls.some(
      (input) => [input.vocabulary, input.contextLength].includes(size) && sequenceFacts(input).some(holds),
    );

  it('has batches of 2^k and one off from 8 to 1024', () => {
    const sizes = new Set(calls.map(({ queries }) => queries.length));
    expect(
      powers(3, 10)
        .flatMap(off)
        .filter((size) => !sizes.has(size)),
    ).toEqual([]);
  });

  it('has vocabularies of 2^k, all of whose tokens are in a context, and whose last id is the target', () => {
    const lacking = powers(7, 11).filter(
      (M) =>
        !someCall(
          M,
          ({ distinct, target, input }) => input.vocabulary === M && distinct === M && target === M - 1,
        ),
    );
    expect(lacking).toEqual([]);
  });

  it('has vocabularies of 2^k + 1 whose last logit alone is the largest', () => {
    const lacking = powers(7, 11).filter(
      (size) => !someCall(size + 1, (x) => x.input.vocabulary === size + 1 && x.margin(size) > 88),
    );
    expect(lacking).toEqual([]);
  });

  it('has contexts of 2^k - 1 positions, and of one token 2^k times', () => {
    const lacking = powers(6, 16).filter(
      (n) =>
        !calls.some(({ contextLength }) => contextLength === n - 1) ||
        (n > 255 && !someCall(n - 1, (x) => x.distinct > 1 && most(x.times.values()) > 0.8 * n)) ||
        !someCall(n, ({ times }) => times.size === 1 && times.values().next().value === n),
    );
    expect(lacking).toEqual([]);
  });

  it('has contexts of 2^k + 1 positions whose largest score stands alone', () => {
    const alone = ({ scores, top }: ReturnType<typeof sequenceFacts>[number]) => {
      const at = scores.indexOf(top);
      const last = Math.log2(scores.length - 1) % 2 === 0;
      if (last && at !== scores.length - 1) return false;
      return top > 90 + Math.max(most(scores.subarray(0, at)), most(scores.subarray(at + 1)));
    };
    const lacking = powers(6, 16).filter(
      (n) => !someCall(n + 1, (x) => x.scores.length === n + 1 && alone(x)),
    );
    expect(lacking).toEqual([]);
  });

  it('has two large sizes at once', () => {
    const both = (holds: (M: number, n: number, B: number) => boolean) =>
      calls.some(({ vocabulary, contextLength, queries }) =>
        holds(vocabulary, contextLength, queries.length),
      );
    expect(both((M, n) => M > 1024 && n > 1024)).toBe(true);
    expect(both((M, _, B) => M > 512 && B > 128)).toBe(true);
    expect(both((_, n, B) => n > 4096 && B > 64)).toBe(true);
  });
});

it('a smaller envelope keeps every case within it', () => {
  const envelope = { vocabulary: 40, contextLength: 70, batch: 9 };
  const caseAt = runCases('float32', 3, envelope);
  for (let index = 0; index < 200; index++)
    for (const { vocabulary, contextLength, queries } of caseAt(index)) {
      // A call of another shape in the same case is larger by 5 ids and 7 positions.
      const within = [
        vocabulary <= envelope.vocabulary + 5,
        contextLength <= envelope.contextLength + 7,
        queries.length <= envelope.batch,
      ];
      expect(within, `case ${index}`).toEqual([true, true, true]);
    }
  expect(DEFAULT_ENVELOPE).toEqual({ vocabulary: 2049, contextLength: 65_537, batch: 1025 });
});
