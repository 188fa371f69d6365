import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import type { Check, Claim } from '../../src/claims/claim.ts';
import type { Judgement, Margin } from '../../src/decide/margin.ts';
import { decideRow } from '../../src/verify/row.ts';

const said = (outcome: Judgement['outcome'], certified = false): Judgement => ({
  outcome,
  margin: { name: 'it', value: outcome === 'violated' ? -1 : 1, time: 0 },
  digits: certified ? 20 : null,
  certified,
});
const margin = (value: number) =>
  function* <T>(F: Field<T>): Generator<Margin<T>> {
    yield { name: 'it', asks: 'positive', value: F.of(value), scale: F.of(1), time: 0 };
  };
const failing = { drops: 'everything', worlds: fc.integer(), judge: () => said('violated') };

/** A row of a made-up claim, so that no stored case speaks for it. */
function row(check: Partial<Check<number>>) {
  const claim = {
    id: 'made-up',
    source: 'own',
    headline: false,
    statement: '',
    silent: '',
    checks: [],
  } as Claim;
  const whole = {
    rung: 'algebra',
    statement: '',
    decided: 'measured',
    expected: 'holds',
    worlds: fc.integer(),
    judge: () => said('held'),
    share: 1,
    controls: [failing],
    ...check,
  } as Check<number>;
  return { claim, check: whole };
}
const verdict = async (check: Partial<Check<number>>, signal?: AbortSignal) =>
  (await decideRow(row(check), { runs: 30, seed: 1, signal })).row.verdict;

describe('the verdict of a row', () => {
  it('is violated when an enclosure confirms what float64 saw', async () => {
    expect(await verdict({ judge: () => said('violated'), margins: margin(-1) })).toBe('violated');
  });

  it('is undecided, not violated, when the enclosure shows the opposite of what float64 saw', async () => {
    expect(await verdict({ judge: () => said('violated'), margins: margin(1) })).toBe('undecided');
  });

  it('is undecided when no enclosure can tell', async () => {
    const touching = function* <T>(F: Field<T>): Generator<Margin<T>> {
      const root = F.sqrt(F.of(2));
      const value = F.sub(F.mul(root, root), F.of(2));
      yield { name: 'it', asks: 'positive', value, scale: F.of(1), time: 0 };
    };
    expect(await verdict({ judge: () => said('violated'), margins: touching })).toBe('undecided');
  });

  it('is violated on measurement alone only where nothing could certify it', async () => {
    expect(await verdict({ judge: () => said('violated') })).toBe('violated');
    expect(await verdict({ decided: 'certified', judge: () => said('violated', true) })).toBe('violated');
  });

  it('does not hold when a world stays undecided', async () => {
    expect(await verdict({ judge: (n) => said(n % 3 === 0 ? 'undecided' : 'held') })).toBe('undecided');
    expect(await verdict({})).toBe('holds');
  });

  it('does not hold when the row is cut short', async () => {
    const controller = new AbortController();
    let asked = 0;
    const judge = () => {
      if (++asked === 5) controller.abort();
      return said('held');
    };
    const { row: cut } = await decideRow(row({ judge }), { runs: 30, seed: 1, signal: controller.signal });
    expect(cut).toMatchObject({ verdict: 'undecided', complete: false, worlds: 5 });
  });

  it('has no word on a control that is cut short', async () => {
    const controller = new AbortController();
    const judge = () => {
      controller.abort();
      return said('violated');
    };
    const controls = [{ ...failing, judge }];
    const { row: cut } = await decideRow(row({ controls }), { runs: 30, seed: 1, signal: controller.signal });
    expect(cut).toMatchObject({ verdict: 'undecided', complete: false, worlds: 0, control: 'not run' });
  });

  it('counts no world in which nothing was asked, and does not hold on such worlds alone', async () => {
    const idle = { ...said('held'), idle: true as const };
    const { row: half } = await decideRow(row({ judge: (n) => (n % 2 === 0 ? idle : said('held')) }), {
      runs: 30,
      seed: 1,
    });
    expect(half).toMatchObject({ verdict: 'holds', worlds: 30 - half.idle, held: 30 - half.idle });
    expect(half.idle).toBeGreaterThan(0);
    expect(await verdict({ judge: () => idle })).toBe('undecided');
  });

  it('of a rate keeps within exact limits, on either side', async () => {
    const rare = { rate: 0.25, least: 200, judge: (n: number) => said(n % 100 === 0 ? 'violated' : 'held') };
    expect(await verdict(rare)).toBe('holds');
    expect(await verdict({ ...rare, judge: () => said('violated') })).toBe('violated');
    expect(await verdict({ ...rare, least: 20 })).toBe('undecided');
  });
});

describe('a control', () => {
  it('that finds no violation is reported as vacuous', async () => {
    const control = { ...failing, judge: () => said('held') };
    const { row: made } = await decideRow(row({ controls: [failing, control] }), { runs: 30, seed: 1 });
    expect(made.control).toBe('passes: the check is vacuous');
  });
});
