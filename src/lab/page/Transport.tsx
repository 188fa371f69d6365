/** Play, pause, step, restart, speed, and the way back through the kept frames. */
import { MOST_SPEED } from '../permalink.ts';
import type { LabController } from './controller.ts';
import { DOUBLINGS_A_SECOND, STEPS_A_SECOND } from './playClock.ts';
import { numberText, stepText } from './scales.ts';

const speedText = (speed: number, logTime: boolean): string =>
  logTime
    ? `${DOUBLINGS_A_SECOND[speed - 1]} doublings a second`
    : `${stepText(STEPS_A_SECOND[speed - 1])} ${speed === 1 ? 'step' : 'steps'} a second`;

export function Transport({ lab }: { readonly lab: LabController }) {
  const { link, playing, rushing, goal, main, frame, viewing } = lab;
  const { speed, logTime } = link;
  const last = Math.max(0, main.course.marks.length - 1);
  const loss = frame?.loss ?? null;
  return (
    <section class="transport" aria-label="Transport">
      <div class="buttons">
        <button type="button" class="primary" onClick={() => (playing ? lab.pause() : lab.play())}>
          {playing ? '❚❚ Pause' : '▶ Play'}
        </button>
        <button type="button" onClick={() => lab.stepOnce()} disabled={playing}>
          Step
        </button>
        <button type="button" onClick={() => lab.restart()}>
          Restart
        </button>
      </div>
      <label class="speed">
        <span>Speed</span>
        <input
          type="range"
          min="1"
          max={MOST_SPEED}
          value={speed}
          aria-valuetext={speedText(speed, logTime)}
          onInput={(event) => lab.change({ speed: Number(event.currentTarget.value) })}
        />
        <span class="small muted speed-text">{speedText(speed, logTime)}</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={logTime}
          onChange={(event) => lab.change({ logTime: event.currentTarget.checked })}
        />
        <span>Log time</span>
      </label>
      <label class="scrubber">
        <span>Look back</span>
        <input
          type="range"
          min="0"
          max={last}
          value={viewing ?? last}
          aria-valuetext={`step ${frame?.step ?? 0}`}
          onInput={(event) => lab.look(Number(event.currentTarget.value))}
        />
      </label>
      <p class="where">
        step <output class="step">{stepText(frame?.step ?? 0)}</output>
        <span class="muted">
          {viewing !== null
            ? ` of ${stepText(main.step)}`
            : rushing && goal !== null
              ? ` on the way to ${stepText(goal)}`
              : ''}
        </span>
        <span class="loss">loss {loss === null ? '–' : numberText(loss, 4)}</span>
      </p>
    </section>
  );
}
