/** The command `atlas` as data. */
import { MOST_SHARDS, type Shard, WIDTHS } from '../atlas/limits.ts';
import { claimIds, slices } from '../atlas/settings.ts';
import { shown } from '../io/place.ts';
import { type Command, forOption, jsonOption, seedOption, workersOption } from './command.ts';
import { choicesOption, folderOption, listOption, numberOption, textOption, wordOption } from './options.ts';
import { fleetOptions } from './queueOptions.ts';

const aroundIds = slices.filter(({ around }) => around).map(({ id }) => id);

export const atlas = {
  summary: 'map where the four main claims hold in ordinary training',
  does: [
    'Trains random worlds over ranges of settings: in how many, with exact limits, each claim holds. Writes atlas.json and heat maps. The same command continues.',
  ],
  options: {
    problem: textOption('<file>', `around your own problem: slices ${aroundIds.join(', ')}`),
    claims: choicesOption(`of ${claimIds.join(', ')} (default all)`, claimIds),
    slices: choicesOption(
      `of ${slices.map(({ id }) => id).join(', ')} (default all)`,
      slices.map(({ id }) => id),
    ),
    out: folderOption('where results and finished cells are kept', 'atlas'),
    width: numberOption('<w>', 'limits narrower than this end a cell', WIDTHS, 0.1),
    for: forOption,
    seed: seedOption('the worlds'),
    shard: wordOption(
      '<i/n>',
      'only the i-th of n parts, for several machines',
      undefined,
      (word, refuse) => {
        const [, i, n] = /^(\d+)\/(\d+)$/.exec(word) ?? [];
        const shard: Shard = { i: Number(i), n: Number(n) };
        if (shard.i >= 1 && shard.i <= shard.n && shard.n <= MOST_SHARDS) return shard;
        return refuse(`expected i/n with 1 <= i <= n <= ${MOST_SHARDS}, as 1/3`, shown(word));
      },
    ),
    merge: listOption('<file...>', 'join the atlas-i-of-n.json of all parts'),
    workers: workersOption,
    json: jsonOption,
    ...fleetOptions,
  },
  exit: { expected: 'done', interrupted: 'finished cells are kept' },
} as const satisfies Command;
