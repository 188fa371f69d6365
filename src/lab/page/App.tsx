/** The page: settings at the left, what moves at the right; on a phone one below the other. */
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import type { Setup } from '../setup.ts';
import { type LabWorld, labWorldOf } from '../worlds.ts';
import { Bars } from './Bars.tsx';
import { Charts } from './Charts.tsx';
import type { LabController } from './controller.ts';
import { mostAttention } from './course.ts';
import { Formats } from './Formats.tsx';
import { Lamps } from './Lamps.tsx';
import { PictureFrame } from './PictureFrame.tsx';
import { frameAt } from './runner.ts';
import { SettingsPanel } from './Settings.tsx';
import { Share } from './Share.tsx';
import { StepNumbers } from './StepNumbers.tsx';
import { Summary } from './Summary.tsx';
import { Tour } from './Tour.tsx';
import { Transport } from './Transport.tsx';
import { tourStops } from './tourStops.ts';
import { classWords, setupWords } from './words.ts';

/** Most classes with bars: others are seen when they are selected. */
const MOST_CLASSES = 24;
const WIDE = '(min-width: 1000px)';

/** The classes with bars: the first ones, and the selected one. */
const drawnClasses = (count: number, selected: number): number[] => {
  const first = Array.from({ length: Math.min(count, MOST_CLASSES) }, (_, n) => n);
  return first.includes(selected) ? first : [selected, ...first.slice(1)];
};

function useDrawings(lab: LabController): void {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => lab.subscribe(() => redraw(null)), [lab]);
}

function Messages({ lab }: { readonly lab: LabController }) {
  const { faults, main } = lab;
  return (
    <div role="alert" class="messages">
      {faults.length > 0 && (
        <div class="message">
          <p>The link could not be read in full; defaults are in place of:</p>
          <ul>
            {faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
          <button type="button" onClick={() => lab.dismissFaults()}>
            Dismiss
          </button>
        </div>
      )}
      {main.failure !== null && (
        <div class="message">
          <p>
            <strong>This training has ended:</strong> {main.failure}
          </p>
        </div>
      )}
    </div>
  );
}

/** Attention of every class, as bars. */
function Stage({ lab }: { readonly lab: LabController }) {
  const { main, link, theory } = lab;
  const world = useMemo(() => labWorldOf(link.setup.world), [link.setup.world]);
  const { started, course } = main;
  const frame = lab.frame;
  if (!started || !frame) return <p class="waiting muted">The training starts …</p>;
  const selected = Math.min(link.selected, started.classes.length - 1);
  const points = theory.points;
  const known = points !== null && frame.step <= points[points.length - 1].step;
  const foretold = known ? (frameAt(points, frame.step) ?? null) : null;
  const about = `${setupWords(link.setup)}; step ${frame.step}.`;
  const most = Math.max(course.most, foretold ? mostAttention(foretold) : 0);
  const drawn = drawnClasses(started.classes.length, selected);
  return (
    <div class={drawn.length > 6 ? 'classes many' : 'classes'}>
      {drawn.map((n) => (
        <PictureFrame
          key={n}
          id={`class-${n + 1}`}
          title={classWords(world, started.classes[n])}
          about={about}
          pick={
            started.classes.length > 1
              ? { chosen: n === selected, onPick: () => lab.change({ selected: n }) }
              : undefined
          }
        >
          <Bars
            index={n}
            one={started.classes[n]}
            world={world}
            frame={frame}
            start={course.marks[0]}
            theory={foretold}
            most={most}
            moving={lab.playing}
          />
        </PictureFrame>
      ))}
    </div>
  );
}

function ClassChoice({ lab, count }: { readonly lab: LabController; readonly count: number }) {
  if (count <= MOST_CLASSES) return null;
  return (
    <label class="class-choice">
      Class of the curves, 1 to {count}
      <input
        type="number"
        min="1"
        max={count}
        value={Math.min(lab.link.selected, count - 1) + 1}
        onChange={(event) => {
          const n = Math.round(Number(event.currentTarget.value));
          if (n >= 1 && n <= count) lab.change({ selected: n - 1 });
        }}
      />
    </label>
  );
}

/** The parts of the stage, each with its key. */
function useParts(lab: LabController, world: LabWorld) {
  const { link, main, theory, curves, frame } = lab;
  const { setup, logTime, formats } = link;
  const { started, course } = main;
  const count = world.problem.classes.length;
  const selected = Math.min(link.selected, count - 1);
  const about = setupWords(setup);
  const look = link.tour === null ? null : tourStops[link.tour - 1].look;
  const noCurve =
    theory.points === null && theory.why !== '' ? `, which has no curve here: ${theory.why}` : '';
  const bars = (
    <section key="bars" aria-labelledby="see">
      <h2 id="see">Attention now</h2>
      <p class="small muted">
        Hatched: common tokens, in several classes. Solid: distinct tokens, of one class alone. Outline: the
        start. Dashes: the theory{noCurve}. {classWords(world, world.problem.classes[0])}: the class in which
        the second follows the first.
      </p>
      <Stage lab={lab} />
      <ClassChoice lab={lab} count={count} />
    </section>
  );
  const claims = frame && (
    <section key="claims" aria-labelledby="claims-head">
      <h2 id="claims-head">The four claims at this step</h2>
      <Lamps lamps={frame.lamps} world={world} />
    </section>
  );
  const chart = started && course.now && (
    <section key="curves" aria-labelledby="curves-head">
      <h2 id="curves-head">How it went</h2>
      <Charts
        drawing={curves}
        frames={course.frames()}
        index={selected}
        one={started.classes[selected]}
        world={world}
        theory={theory.points}
        why={theory.why}
        onset={started.onset}
        logTime={logTime}
        most={course.most}
        about={about}
        first={look}
        moving={lab.playing}
      />
    </section>
  );
  const numbers = (
    <section key="formats" aria-labelledby="numbers-head">
      <h2 id="numbers-head">Numbers: formats side by side</h2>
      <Formats lab={lab} formats={formats} logTime={logTime} drawing={curves} about={about} />
    </section>
  );
  const table = started && frame && (
    <section key="table" aria-label="Numbers of this step">
      <details class="more step-numbers">
        <summary>
          <h2>Numbers of this step</h2>
        </summary>
        <StepNumbers {...{ drawing: curves, frame, classes: started.classes, world, selected }} />
      </details>
    </section>
  );
  // A stop of the tour has what it speaks of come first.
  if (look === 'claims') return [claims, bars, chart, numbers, table];
  if (look !== null && look !== 'bars') return [chart, bars, claims, numbers, table];
  return [bars, claims, chart, numbers, table];
}

export function App({ lab }: { readonly lab: LabController }) {
  useDrawings(lab);
  const { setup, selected, tour } = lab.link;
  const [open, setOpen] = useState(() => matchMedia(WIDE).matches);
  const world = useMemo(() => labWorldOf(setup.world), [setup.world]);
  const onSetup = useMemo(() => (next: Setup) => lab.change({ setup: next, tour: null }), [lab]);
  // The text of the tour takes the place of the settings, which stay a click away.
  useEffect(() => setOpen(tour === null && matchMedia(WIDE).matches), [tour === null]);
  return (
    <>
      <header>
        <h1 class="title">Scan and snap, live</h1>
        <p class="prose lead">
          A one-layer transformer trains in your browser: watch its attention scan the tokens, settle on a
          few, and seem to freeze.{' '}
          <span class="long">
            Dashed is what the theory of{' '}
            <a href="https://arxiv.org/abs/2305.16380" rel="noreferrer">
              the paper
            </a>{' '}
            says. Nothing leaves this page.
          </span>
        </p>
        <Share lab={lab} />
        <Messages lab={lab} />
      </header>
      <main>
        <div class="side">
          <Tour lab={lab} world={world} />
          <details class="settings" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
              <h2>Settings</h2> <span class="small muted">{setupWords(setup)}</span>
            </summary>
            <SettingsPanel
              {...{ setup, world, onChange: onSetup }}
              selected={Math.min(selected, world.problem.classes.length - 1)}
            />
          </details>
        </div>
        <div class="stage">
          <Transport lab={lab} />
          {useParts(lab, world)}
        </div>
      </main>
      <Summary lab={lab} />
    </>
  );
}
