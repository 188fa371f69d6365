import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import type { Check, Claim } from '../../src/claims/claim.ts';
import type { Judgement, Margin } from '../../src/decide/margin.ts';
import { decideRow } from '../../src/verify/row.ts';
import type { Crew } from '../../src/workers/crew.ts';

const said = (outcome: Judgement['outcome'], certified = false): Judgement => ({
  outcome,
  margin: { name: 'it', value: outcome === 'violated' ? -1 : 1, time: 0 },
  digits: certified ? 20 : null,
  certified,
});
const margin = (value: number) =>
  function* <T>(F: Field<T>): Generator<Margin<T>> {
    yield { name: 'it', requires: 'positive', value: F.of(value), scale: F.of(1), time: 0 };
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
      yield { name: 'it', requires: 'positive', value, scale: F.of(1), time: 0 };
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
    // Of no world, a rate of 1 would hold.
    expect(await verdict({ judge: () => idle, rate: 1, least: 20 })).toBe('undecided');
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

describe('a counterexample', () => {
  /** A crew that does jobs in this thread, tells which, and has no answer to some. */
  const watched = (without: readonly string[] = []) => {
    const names: string[] = [];
    const crew: Crew = {
      size: 1,
      run: async (_, { name, here }) => {
        names.push(name);
        return without.includes(name) ? undefined : here();
      },
      aborted: () => without.length > 0,
      end: async () => {},
    };
    return { crew, names };
  };
  const decided = (check: Partial<Check<number>>, crew: Crew) =>
    decideRow(row(check), { runs: 30, seed: 1, crew });

  it('is looked for where a world fails, and nowhere else', async () => {
    const holds = watched();
    expect((await decided({}, holds.crew)).counterexample).toBe(null);
    expect(holds.names).not.toContain('shrunk');
    const fails = watched();
    const { counterexample } = await decided({ judge: () => said('violated') }, fails.crew);
    expect(counterexample).toMatchObject({ outcome: 'violated' });
    expect(fails.names.filter((name) => name === 'shrunk')).toHaveLength(1);
    // A rate allows some: no counterexample to a row that holds.
    const rare = watched();
    const judge = (n: number) => said(n % 30 === 0 ? 'violated' : 'held');
    const within = await decided({ rate: 0.25, least: 200, judge }, rare.crew);
    expect(within.row).toMatchObject({ verdict: 'holds' });
    expect(within.row.violated).toBeGreaterThan(0);
    expect(within.counterexample).toBe(null);
    expect(rare.names).not.toContain('shrunk');
  });

  it('is none, and no word is lost, where the crew is called off before it is shrunk', async () => {
    const { crew } = watched(['shrunk']);
    const { counterexample, row: made } = await decided({ judge: () => said('violated') }, crew);
    expect(counterexample).toBe(null);
    expect(made).toMatchObject({ worlds: 30, violated: 30 });
  });

  it('of a hypothesis that was not restored in time has no word on it', async () => {
    const isolates = {
      ...{ hypothesis: 'it', how: 'so' },
      ...{ without: fc.integer(), restored: fc.integer() },
    };
    const restored = async (crew: Crew, judge: Check<number>['judge']) =>
      (await decided({ isolates: { ...isolates, judge }, expected: 'violated' }, crew)).row.restored;
    expect(await restored(watched(['restored']).crew, () => said('held'))).toBe('not run');
    expect(await restored(watched().crew, () => said('held'))).toBe('holds as it must');
    expect(await restored(watched().crew, () => said('violated'))).toBe('fails: the check proves nothing');
  });
});
