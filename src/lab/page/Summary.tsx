/** What a screen reader says when the training pauses; while it plays it stays silent. */
import type { LabController } from './controller.ts';
import { numberText, stepText } from './scales.ts';
import { CLAIM_WORDS, LAMP_WORDS } from './words.ts';

export function Summary({ lab }: { readonly lab: LabController }) {
  const { playing, frame } = lab;
  const claims =
    frame?.lamps.map(({ claim, state }) => `${CLAIM_WORDS[claim].name}: ${LAMP_WORDS[state].word}`) ?? [];
  const loss = frame?.loss ?? null;
  const text =
    frame === null || playing
      ? ''
      : `Paused at step ${stepText(frame.step)}${loss === null ? '' : `, loss ${numberText(loss)}`}. ${claims.join(', ')}.`;
  return (
    <p class="hidden" role="status">
      {text}
    </p>
  );
}
