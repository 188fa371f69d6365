/** Which world: a published one, a sentence, a counterexample, a random one, or a file. */
import { useState } from 'preact/hooks';
import type { RandomSizes, Setup } from '../setup.ts';
import { RANDOM_NUMBERS, randomFaults } from '../setupFaults.ts';
import { type LabWorld, type LabWorldName, labWorlds, setupOf, usedBy } from '../worlds.ts';
import { DropZone } from './DropZone.tsx';
import { NumberField } from './NumberField.tsx';
import { WORLD_GROUPS } from './words.ts';

interface World {
  readonly setup: Setup;
  readonly world: LabWorld;
  readonly onChange: (setup: Setup) => void;
}

const FIRST_SIZES: RandomSizes = { seed: 1, classes: 3, queries: 1, common: 1, distinct: 4, vocabulary: 100 };
const RANDOM = 'random';
const OWN = 'own';

const isName = (value: string): value is LabWorldName => (labWorlds as readonly string[]).includes(value);

const SIZE_WORDS: Readonly<Record<keyof RandomSizes, string>> = {
  seed: 'Seed of the world',
  classes: 'Classes, K',
  queries: 'Query tokens',
  common: 'Common tokens',
  distinct: 'Distinct tokens of a class',
  vocabulary: 'Vocabulary, M',
};

function RandomFields({
  sizes,
  onChange,
}: {
  readonly sizes: RandomSizes;
  readonly onChange: (sizes: RandomSizes) => void;
}) {
  // A larger world needs a larger vocabulary: it grows with what is used, and what one has typed is kept otherwise.
  const set = (key: keyof RandomSizes, x: number) => {
    const next = { ...sizes, [key]: x };
    onChange(key === 'vocabulary' ? next : { ...next, vocabulary: Math.max(next.vocabulary, usedBy(next)) });
  };
  const fault = (key: keyof RandomSizes, x: number) => {
    const next = { ...sizes, [key]: x };
    const faults = randomFaults(
      key === 'vocabulary' ? next : { ...next, vocabulary: RANDOM_NUMBERS.vocabulary.range.high },
    );
    return faults.get(key) ?? (key === 'common' ? faults.get('distinct') : undefined);
  };
  return (
    <div class="fields">
      {(Object.keys(SIZE_WORDS) as (keyof RandomSizes)[]).map((key) => (
        <NumberField
          key={key}
          label={SIZE_WORDS[key]}
          value={sizes[key]}
          fault={(x) => fault(key, x)}
          onCommit={(x) => set(key, x)}
        />
      ))}
      <button
        type="button"
        class="self-end"
        onClick={() =>
          onChange({ ...sizes, seed: sizes.seed >= RANDOM_NUMBERS.seed.range.high ? 0 : sizes.seed + 1 })
        }
      >
        Next random world
      </button>
    </div>
  );
}

export function WorldSettings({ setup, onChange }: World) {
  const { world } = setup;
  const [sizes, setSizes] = useState(FIRST_SIZES);
  const value = 'name' in world ? world.name : 'random' in world ? RANDOM : OWN;
  const says = WORLD_GROUPS.flatMap(({ worlds }) => worlds).find(({ id }) => id === value)?.says;
  const choose = (next: string) => {
    if (next === RANDOM) onChange({ ...setup, world: { random: sizes } });
    else if (isName(next)) onChange(setupOf(next, setup));
  };
  const resize = (next: RandomSizes) => {
    setSizes(next);
    onChange({ ...setup, world: { random: next } });
  };
  return (
    <fieldset>
      <legend>World</legend>
      <div class="field">
        <label for="world">World to train on</label>
        <select
          id="world"
          value={value}
          onChange={(event) => choose(event.currentTarget.value)}
          aria-describedby="world-says"
        >
          {WORLD_GROUPS.map(({ group, worlds }) => (
            <optgroup key={group} label={group}>
              {worlds.map(({ id, name }) => (
                <option key={id} value={id} selected={id === value}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
          <optgroup label="Yours">
            <option value={RANDOM} selected={value === RANDOM}>
              A random world
            </option>
            {value === OWN && (
              <option value={OWN} selected>
                Your own problem
              </option>
            )}
          </optgroup>
        </select>
        <p class="small muted" id="world-says">
          {says ??
            (value === RANDOM
              ? 'Each class draws its probabilities at random; common tokens are in every class.'
              : 'A problem of yours: from a file, or with probabilities that you changed.')}
        </p>
      </div>
      {'random' in world && <RandomFields sizes={world.random} onChange={resize} />}
      <DropZone onProblem={(problem) => onChange({ ...setup, world: { problem } })} />
    </fieldset>
  );
}
