/** Everything that a training starts from. */
import type { Setup } from '../setup.ts';
import { numberFault, SETUP_NUMBERS, type SetupNumber } from '../setupFaults.ts';
import type { LabWorld } from '../worlds.ts';
import { memo } from './memo.ts';
import { NumberField, SelectField } from './NumberField.tsx';
import { Probabilities } from './Probabilities.tsx';
import { WorldSettings } from './WorldSettings.tsx';

interface Settings {
  readonly setup: Setup;
  readonly world: LabWorld;
  readonly selected: number;
  readonly onChange: (setup: Setup) => void;
}

/** T where one leaves T -> infinity. */
const USUAL_LENGTH = 128;

export const SettingsPanel = memo(function SettingsPanel({ setup, world, selected, onChange }: Settings) {
  const set = (part: Partial<Setup>) => onChange({ ...setup, ...part });
  const number = (key: Exclude<SetupNumber, 'length'>, label: string, hint?: string, disabled = false) => (
    <NumberField
      label={label}
      hint={hint}
      value={setup[key]}
      fault={(x) => numberFault(x, SETUP_NUMBERS[key])}
      onCommit={(x) => set({ [key]: x })}
      disabled={disabled}
    />
  );
  const infinite = setup.length === null;
  return (
    <>
      <WorldSettings setup={setup} world={world} onChange={onChange} />
      <Probabilities world={world} selected={selected} onChange={(problem) => set({ world: { problem } })} />
      <fieldset>
        <legend>Learning</legend>
        <div class="fields">
          {number('ratio', 'Ratio of rates, ηY/ηZ', 'how much faster the decoder learns')}
          {number('etaZ', 'Rate of attention, ηZ')}
          <SelectField
            label="Optimiser"
            value={setup.optimiser}
            options={[
              ['sgd', 'gradient ascent'],
              ['adam', 'Adam'],
              ['sign', 'sign of the gradient'],
            ]}
            onCommit={(optimiser) => set({ optimiser: optimiser as Setup['optimiser'] })}
          />
          {number(
            'momentum',
            'Momentum',
            setup.optimiser === 'sgd' ? undefined : 'only gradient ascent uses it',
            setup.optimiser !== 'sgd',
          )}
        </div>
      </fieldset>
      <fieldset>
        <legend>Sequences</legend>
        <label class="check">
          <input
            type="checkbox"
            checked={infinite}
            onChange={(event) => set({ length: event.currentTarget.checked ? null : USUAL_LENGTH })}
          />
          <span>T → ∞: all classes in every step, nothing drawn by chance</span>
        </label>
        <div class="fields">
          <NumberField
            label="Length T, with the query"
            value={setup.length ?? USUAL_LENGTH}
            fault={(x) => numberFault(x, SETUP_NUMBERS.length)}
            onCommit={(length) => set({ length })}
            disabled={infinite}
          />
          {number('batch', 'Sequences of a step', undefined, infinite)}
          {number('seed', 'Seed', 'of the start and the sequences')}
          <SelectField
            label="Start"
            value={setup.init}
            options={[
              ['zero', 'all zero'],
              ['uniform', 'random, small'],
            ]}
            onCommit={(init) => set({ init: init as Setup['init'] })}
          />
        </div>
      </fieldset>
      <details class="more">
        <summary>Model</summary>
        <div class="fields">
          <SelectField
            label="Attention kernel"
            hint="attention is C φ(z) over its sum"
            value={setup.attention}
            options={[
              ['exp', 'φ = eᶻ, softmax (the paper)'],
              ['linear', 'φ = 1 + z, not below 0'],
              ['sigmoid', 'φ = 1/(1 + e⁻ᶻ)'],
              ['squared-relu', 'φ = (1 + z)², 0 below −1'],
            ]}
            onCommit={(attention) => set({ attention })}
          />
          <SelectField
            label="Normaliser"
            value={setup.normaliser}
            options={[
              ['length', 'f = v/‖v‖ (the paper)'],
              ['none', 'none, f = v'],
              ['layernorm', 'LayerNorm'],
            ]}
            onCommit={(normaliser) => set({ normaliser: normaliser as Setup['normaliser'] })}
          />
          {number('residual', 'Residual λ', "the query's own feature; 0: none")}
          {number('heads', 'Heads', 'several need a random start to differ')}
        </div>
      </details>
    </>
  );
});
