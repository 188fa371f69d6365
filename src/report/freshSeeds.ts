/** What fresh seeds say about false alarms, for the README. */
import type { FalseAlarms } from '../verify/falseAlarms.ts';
import { count, short } from './format.ts';

/** `fixtures/fresh-seeds.json`, as far as it is told. */
export interface FreshSeeds {
  readonly seeds: readonly number[];
  readonly rows: readonly {
    readonly expected: string;
    readonly rate: number | null;
    readonly asked: number;
    readonly held: number;
    readonly violated: number;
    readonly undecided: number;
  }[];
  readonly falseAlarms: Pick<FalseAlarms, 'confidence' | 'sum'> & { readonly largest: FalseAlarms['alarms'] };
}

/** The generated block of the README. */
export function freshSeedsBlocks({ seeds, rows, falseAlarms }: FreshSeeds): Record<string, string> {
  const universal = rows.filter(({ expected, rate }) => expected === 'holds' && rate === null);
  const worlds = universal.reduce(
    (sum, { held, violated, undecided }) => sum + held + violated + undecided,
    0,
  );
  const of = (key: 'violated' | 'undecided') => universal.reduce((sum, row) => sum + row[key], 0);
  const { confidence, sum, largest } = falseAlarms;
  const rest = largest.slice(1).reduce((total, { chance }) => total + chance, 0);
  const seen = `On ${count(seeds.length, 'fresh seed')}, of ${count(worlds, 'world')} of the ${universal.length} rows that must hold everywhere ${of('violated')} violated and ${of('undecided')} stayed undecided.`;
  const limit =
    sum < 1
      ? `So a run on a fresh seed ends otherwise than expected with a probability of at most ${short(sum)} (exact limits, all together ${100 * confidence} %): ${short(largest[0].chance)} for ${largest[0].what}, ${short(rest)} for all else. These numbers tell how many seeds were tried, not how often it happens.`
      : 'How often a run on a fresh seed ends otherwise than expected, so few seeds do not tell: their exact limits add up to more than 1.';
  return { freshSeeds: `${seen} ${limit}` };
}
