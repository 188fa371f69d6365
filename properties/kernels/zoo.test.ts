// evidence: 40 s
/**
 * The zoo is consistent: every patch applies, and every bug changes at least one bit of some result. Other tests
 * check that bugs are distinguished from rounding errors.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patched, plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import type { Kernel, StepOutput } from '../../src/kernels/kernel.ts';
import type { PlainOptions } from '../../src/kernels/zoo/bug.ts';
import { zoo } from '../../src/kernels/zoo/zoo.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { copyInput } from './copyInput.ts';
import { inputs, LARGE, WISHES } from './zooInputs.ts';

const text = readFileSync(new URL('../../fixtures/kernels/plain.mjs', import.meta.url), 'utf8');

type Run = [StepInput[], StepOutput[]];

/** Everything after a sequence of calls, read at the end: the inputs and the results. */
async function run(kernel: Kernel, given: StepInput[]): Promise<Run> {
  const results: StepOutput[] = [];
  for (const one of given) results.push(await kernel.step(one));
  return [given, results];
}

/** Millions of numbers: a plain loop takes a tenth of the time of `every`. */
function allFinite(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return false;
  return true;
}

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** The first place where two runs differ in a bit; all NaN count as equal. */
function difference(a: unknown, b: unknown, path = ''): string | undefined {
  if (typeof a !== 'object' || a === null) return Object.is(a, b) ? undefined : path;
  const other = b as Record<string, unknown>;
  if (ArrayBuffer.isView(a)) {
    // Equal bits are equal numbers: no element needs to be read.
    if (ArrayBuffer.isView(b) && a.constructor === b.constructor && bytes(a).equals(bytes(b)))
      return undefined;
    const at = (a as Float32Array).findIndex((x, i) => !Object.is(x, other[i]));
    return at < 0 ? undefined : `${path}/${at}`;
  }
  for (const [key, value] of Object.entries(a)) {
    const found = difference(value, other[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The first place where the calls of a kernel differ from `[given, results]`: after each call, so that a bug needs no call
 * beyond the first that shows it, and again at the end, since a later call may change an earlier result.
 */
async function changed(
  kernel: Kernel,
  made: readonly StepInput[],
  [given, results]: Run,
): Promise<string | undefined> {
  const own: Run = [[], []];
  for (const [i, one] of made.entries()) {
    own[0].push(copyInput(one));
    own[1].push(await kernel.step(own[0][i]));
    const found = difference([given[i], results[i]], [own[0][i], own[1][i]]);
    if (found !== undefined) return found;
  }
  return difference([given, results], own);
}

describe('the zoo', () => {
  it('has at least 357 bugs, with different ids', () => {
    expect(zoo.length).toBeGreaterThanOrEqual(357);
    expect(new Set(zoo.map(({ id }) => id)).size).toBe(zoo.length);
    expect(new Set(zoo.map(({ what }) => what)).size).toBe(zoo.length);
    for (const { id, what } of zoo) {
      expect(id).toMatch(/^[a-z0-9.-]+$/);
      expect(what, id).toMatch(/^\S.*\.$/);
    }
  });

  it.each([
    ['batch sizes', ['batch size'], 20],
    ['vocabulary sizes', ['vocabulary size', 'stride', 'token id'], 42],
    ['context lengths', ['context length'], 24],
    ['counts of a token', ['count of a token'], 15],
    ['calls that differ in one part', ['cache'], 23],
    ['float64 alone', undefined, 15],
  ] as const)('has bugs of %s', (_, classes, least) => {
    const mine = zoo.filter((bug) =>
      classes ? classes.some((name) => name === bug.class) : bug.dtype === 'float64',
    );
    expect(mine.length).toBeGreaterThanOrEqual(least);
  });

  it('no two bugs give the same text', () => {
    const texts = zoo.map(({ id, patches, options }) => patched(text, patches, id) + JSON.stringify(options));
    expect(new Set(texts).size).toBe(zoo.length);
  });

  it('patches that do not apply are refused', () => {
    expect(() => patched('a b a', [['a', 'c']], 'x')).toThrow('x: found 2 times instead of once');
    expect(() => patched('a b a', [['d', 'c']], 'x')).toThrow('x: found 0 times instead of once');
    expect(patched('a $& b', [['b', '$& $1']], 'x')).toBe('a $& $& $1');
  });

  it('every text that a bug replaces occurs once in the correct kernel', () => {
    for (const { id, patches } of zoo)
      for (const [from] of patches) expect(text.split(from).length - 1, `${id}: ${from}`).toBe(1);
  });

  it('instances share no state', async () => {
    const bug = zoo.find(({ id }) => id === 'v-never-cleared')!;
    const [one] = inputs('float32');
    const first = await seeded(bug);
    const before = await first.step(copyInput(one));
    expect(difference(before, await first.step(copyInput(one)))).toBeDefined();
    expect(difference(before, await (await seeded(bug)).step(copyInput(one)))).toBeUndefined();
  });
});

describe('every bug changes something', () => {
  const clean = new Map<string, ReturnType<typeof run>>();
  /** What the correct kernel gives. */
  const right = (options: PlainOptions, made: StepInput[]) => {
    const key = JSON.stringify([options, made.length]);
    if (!clean.has(key))
      clean.set(
        key,
        plainKernel(options).then((kernel) => run(kernel, made.map(copyInput))),
      );
    return clean.get(key)!;
  };
  for (const bug of zoo)
    it(`${bug.class}: ${bug.id}`, async () => {
      const dtype = bug.dtype ?? 'float32';
      const kernel = await seeded(bug);
      let found: string | undefined;
      for (const large of [false, true]) {
        const made = inputs(dtype, large);
        found ??= await changed(kernel, made, await right({ ...bug.options, dtype }, made));
        if (found !== undefined) break;
      }
      expect(found).toBeDefined();
    });

  it('control: the correct kernel changes nothing, and is finite on all of these inputs', async () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const large of [false, true]) {
        const made = inputs(dtype, large);
        const [given, results] = await right({ dtype }, made);
        expect(await changed(await plainKernel({ dtype }), made, [given, results])).toBeUndefined();
        for (const [i, { stages, loss, ...matrices }] of results.entries()) {
          const wish = (large ? LARGE : WISHES)[i];
          if ('overflow' in wish) continue;
          for (const numbers of [[loss], ...Object.values({ ...stages, ...matrices })])
            expect(allFinite(numbers)).toBe(true);
        }
      }
  });
});
