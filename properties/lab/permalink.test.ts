// heavy: 5 s
/** A link holds the whole state of the lab, and no link breaks it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { singleCommon } from '../../src/generators/problems.ts';
import { type LabLink, MOST_SPEED, readLink, TOUR_STOPS, writeLink } from '../../src/lab/permalink.ts';
import type { Format } from '../../src/lab/protocol.ts';
import type { Setup, WorldSource } from '../../src/lab/setup.ts';
import { labWorlds, usedBy } from '../../src/lab/worlds.ts';
import { attentionKernels } from '../../src/model/attentionKernels.ts';
import { normalisers } from '../../src/model/model.ts';
import { optimisers } from '../../src/model/optimiser.ts';
import { RATE_LIMITS, RESIDUAL } from '../../src/model/ranges.ts';

const rate = () => fc.double({ min: RATE_LIMITS.low, max: RATE_LIMITS.high, noNaN: true });
const random = () =>
  fc
    .record({
      seed: fc.integer(),
      classes: fc.integer({ min: 1, max: 24 }),
      queries: fc.integer({ min: 1, max: 24 }),
      common: fc.integer({ min: 0, max: 40 }),
      distinct: fc.integer({ min: 1, max: 40 }),
      more: fc.integer({ min: 0, max: 1e6 }),
    })
    .map(({ more, ...sizes }) => ({ ...sizes, vocabulary: usedBy({ ...sizes, vocabulary: 0 }) + more }));
/** As a problem file has them: probabilities that sum to 1. */
const problem = () =>
  singleCommon().map(({ vocabulary, classes }) => ({
    vocabulary,
    classes: classes.map((c) => {
      const total = c.probabilities.reduce((a, b) => a + b, 0);
      return { ...c, probabilities: c.probabilities.map((p) => p / total) };
    }),
  }));
const world = (): fc.Arbitrary<WorldSource> =>
  fc.oneof(
    fc.constantFrom(...labWorlds).map((name) => ({ name })),
    random().map((sizes) => ({ random: sizes })),
    problem().map((given) => ({ problem: given })),
  );
const setup = (): fc.Arbitrary<Setup> =>
  fc.record({
    ...{
      world: world(),
      etaZ: rate(),
      ratio: rate(),
      momentum: fc.double({ min: 0, max: 0.999, noNaN: true }),
    },
    batch: fc.integer({ min: 1, max: 1e6 }),
    length: fc.option(fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER })),
    init: fc.constantFrom('zero' as const, 'uniform' as const),
    seed: fc.integer(),
    optimiser: fc.constantFrom(...optimisers),
    attention: fc.constantFrom(...attentionKernels.map(({ id }) => id)),
    normaliser: fc.constantFrom(...normalisers),
    residual: fc.double({ min: RESIDUAL.low, max: RESIDUAL.high, noNaN: true }),
    heads: fc.integer({ min: 1, max: 64 }),
  });
const format = (): fc.Arbitrary<Format> =>
  fc.oneof(
    fc.constantFrom<Format>('float32', 'float32-subtracting', 'tfjs-wasm', 'tfjs-webgl', 'double-double'),
    fc.integer({ min: 2, max: 400 }).map((digits): Format => `decimal${digits}`),
  );
const link = (): fc.Arbitrary<LabLink> =>
  fc.record({
    setup: setup(),
    step: fc.nat(1e8),
    selected: fc.nat(2e5),
    speed: fc.integer({ min: 1, max: MOST_SPEED }),
    logTime: fc.boolean(),
    formats: fc.uniqueArray(format(), { maxLength: 4 }),
    tour: fc.option(fc.integer({ min: 1, max: TOUR_STOPS })),
    language: fc.constantFrom('en' as const, 'zh' as const),
  });

describe('a link', () => {
  it('gives back the state that it was made of, to the last bit, and needs no escapes', () =>
    fc.assert(
      fc.asyncProperty(link(), async (state) => {
        const text = await writeLink(state);
        expect(await readLink(`#${text}`)).toEqual({ link: state, faults: [] });
        // As a browser keeps it.
        expect(new URL(`#${text}`, 'http://localhost/').hash.slice(1)).toBe(text);
      }),
    ));

  it('of anything at all gives a state, and tells what it could not use', () => {
    const word = fc.tuple(
      fc.constantFrom('world', 'random', 'problem', 'etaZ', 'length', 'step', 'formats', 'tour', 'lang', 'x'),
      fc.oneof(fc.string(), fc.base64String(), fc.double().map(String), fc.string({ unit: 'binary' })),
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.map((pair) => pair.join('=')).join('&')),
    );
    return fc.assert(
      fc.asyncProperty(garbage, async (text) => {
        const { link: state } = await readLink(text);
        const again = await readLink(await writeLink(state));
        expect(again).toEqual({ link: state, faults: [] });
      }),
    );
  });

  it('that is cut, or inflates without end, is told', async () => {
    const text = await writeLink({
      ...(await readLink('')).link,
      setup: { ...(await readLink('')).link.setup, world: { problem: fc.sample(problem(), 1)[0] } },
    });
    const cut = await readLink(text.slice(0, text.indexOf('problem=') + 30));
    expect(cut.faults).toEqual(['problem: cannot be read: the link is not complete']);
    const zeros = new Blob([new Uint8Array(2 ** 25)]).stream().pipeThrough(new CompressionStream('deflate'));
    const small = Buffer.from(await new Response(zeros).arrayBuffer()).toString('base64url');
    const large = await readLink(`problem=${small}`);
    expect(large.faults).toEqual(['problem: cannot be read: the link is not complete']);
  });
});
