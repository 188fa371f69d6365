/** The tour: a stop sets a training up, plays it, and says what to look at. */
import { useEffect, useRef } from 'preact/hooks';
import type { LabWorld } from '../worlds.ts';
import type { LabController } from './controller.ts';
import { goToStop, playRun, runOf } from './tourRun.ts';
import { type TourLanguage, tourStops } from './tourStops.ts';

const WORDS = {
  en: {
    back: 'Back',
    next: 'Next',
    end: 'End',
    again: 'Play again',
    close: 'Close the tour',
    now: 'On screen',
  },
  zh: {
    back: '上一站',
    next: '下一站',
    end: '结束',
    again: '再放一遍',
    close: '关闭导览',
    now: '屏幕上',
  },
} as const;
const LANG = { en: 'en', zh: 'zh-Hans' } as const;

function OnScreenNow({
  lab,
  world,
  language,
}: {
  readonly lab: LabController;
  readonly world: LabWorld;
  readonly language: TourLanguage;
}) {
  const { main, frame, link } = lab;
  const stop = tourStops[(link.tour ?? 1) - 1];
  const run = runOf(lab.link, stop.runs);
  if (!frame || !main.started || !run) return null;
  const others = [...lab.others.values()].map(({ format, course }) => ({ format, frames: course.frames() }));
  const seen = (run.seen ?? stop.seen)({
    others,
    ...{ frames: main.course.frames(), frame, classes: main.started.classes, selected: link.selected, world },
  });
  const done = !lab.playing;
  return (
    <p class={`seen ${seen.holds ? 'yes' : done ? 'no' : 'wait'}`}>
      <strong>
        {seen.holds ? '✓' : done ? '✗' : '…'} {WORDS[language].now}:
      </strong>{' '}
      {seen[language]}
    </p>
  );
}

export function Tour({ lab, world }: { readonly lab: LabController; readonly world: LabWorld }) {
  const { tour, language } = lab.link;
  const heading = useRef<HTMLHeadingElement>(null);
  // A reader who pressed Next reads on at the new title.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) heading.current?.focus({ preventScroll: true });
    begun.current = true;
  }, [tour]);
  if (tour === null) return null;
  const stop = tourStops[tour - 1];
  const words = WORDS[language];
  const current = runOf(lab.link, stop.runs);
  const last = tour === tourStops.length;
  const close = () => {
    lab.change({ tour: null });
    // The pressed button is gone: the keyboard goes on at the one that begins the tour.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('begin-tour')?.focus()));
  };
  return (
    <section class="tour" aria-label="Tour" lang={LANG[language]}>
      <div class="tour-head">
        <span class="small muted">
          {language === 'en'
            ? `Stop ${tour} of ${tourStops.length}`
            : `第 ${tour} 站，共 ${tourStops.length} 站`}
        </span>
        <fieldset class="languages">
          <legend class="hidden">Language of the tour</legend>
          {(['en', 'zh'] as const).map((one) => (
            <button
              key={one}
              type="button"
              class="quiet"
              lang={LANG[one]}
              aria-pressed={language === one}
              onClick={() => lab.change({ language: one })}
            >
              {one === 'en' ? 'English' : '中文'}
            </button>
          ))}
        </fieldset>
      </div>
      <h2 ref={heading} tabIndex={-1}>
        {stop.title[language]}
      </h2>
      {stop.text[language].map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {stop.runs.length > 1 && (
        <div class="buttons runs">
          {stop.runs.map((run) => (
            <button
              key={run.name.en}
              type="button"
              aria-pressed={run === current}
              onClick={() => playRun(lab, tour, run)}
            >
              {run.name[language]}
            </button>
          ))}
        </div>
      )}
      <OnScreenNow lab={lab} world={world} language={language} />
      <div class="buttons">
        <button type="button" onClick={() => goToStop(lab, tour - 1)} disabled={tour === 1}>
          {words.back}
        </button>
        <button type="button" class="primary" onClick={() => (last ? close() : goToStop(lab, tour + 1))}>
          {last ? words.end : words.next}
        </button>
        <button type="button" onClick={() => playRun(lab, tour, current ?? stop.runs[0])}>
          {words.again}
        </button>
        {!last && (
          <button type="button" onClick={close}>
            {words.close}
          </button>
        )}
      </div>
    </section>
  );
}
