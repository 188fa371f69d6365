/** `--seed random`. */
import { SEEDS } from '../model/seeds.ts';
import { flagOf, type Options } from './options.ts';

const NAMES = ['seed', 'firstSeed'];

/** An integer in the range of seeds, each as likely as another. */
const draw = (): number => SEEDS.low + Math.floor(Math.random() * (SEEDS.high - SEEDS.low + 1));

/**
 * The words with a number that is drawn now in the place of `random`, so that every command that is printed repeats the run.
 * @param note called with the option and its seed
 */
export function withDrawnSeeds(
  options: Options,
  words: readonly string[],
  note: (text: string) => void,
): readonly string[] {
  const flags = NAMES.filter((name) => Object.hasOwn(options, name)).map(flagOf);
  return words.map((word, i) => {
    const flag = flags.find((one) => word === `${one}=random` || (word === 'random' && words[i - 1] === one));
    if (flag === undefined) return word;
    const seed = draw();
    note(`${flag} random: ${seed}`);
    return word === 'random' ? String(seed) : `${flag}=${seed}`;
  });
}
