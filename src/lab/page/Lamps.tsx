/** The four claims at this step. */
import type { Lamp } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { CLAIM_WORDS, failureWords, LAMP_WORDS } from './words.ts';

/** Most failed parts that are listed. */
const MOST_FAILED = 8;

interface Claims {
  readonly lamps: readonly Lamp[];
  readonly world: LabWorld;
}

export function Lamps({ lamps, world }: Claims) {
  return (
    <ul class="lamps" id="claims" aria-label="The four claims at this step">
      {lamps.map(({ claim, state, failed }) => {
        const { name, says } = CLAIM_WORDS[claim];
        const { symbol, word } = LAMP_WORDS[state];
        return (
          <li key={claim} class={`lamp ${state}`}>
            <p class="lamp-head">
              <strong>{name}</strong>{' '}
              <span class={`badge ${state}`}>
                <span class="symbol">{symbol}</span> {word}
              </span>
            </p>
            <p class="small muted">
              {says} <span class="nowrap">({claim})</span>
            </p>
            {failed.length === 0 ? (
              <div class="lamp-room" />
            ) : (
              <details>
                <summary>What fails ({failed.length})</summary>
                <ul class="small">
                  {failed.slice(0, MOST_FAILED).map((one) => (
                    <li key={one}>not: {failureWords(world, one)}</li>
                  ))}
                  {failed.length > MOST_FAILED && <li>and {failed.length - MOST_FAILED} more</li>}
                </ul>
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
