/** The lab without its looks: what is set, the trainings, and when they take their next steps. */
import { nextMark } from '../marks.ts';
import { type LabLink, readLink, writeLink } from '../permalink.ts';
import type { Format, Frame } from '../protocol.ts';
import { PlayClock } from './playClock.ts';
import { Runner } from './runner.ts';
import { TheoryRun } from './theoryRun.ts';
import { beginLinkedStop } from './tourRun.ts';

/** Milliseconds that a request of the main training may take, so that the next picture is not late. */
const SLICE = 20;
/** Milliseconds of a request while the training only has to get somewhere. */
const LONG_SLICE = 100;
/** Milliseconds between two drawings of the curves while bars move at every picture, at least; and times what one takes. */
const CURVES_EVERY = 120;
const CURVES_SHARE = 8;
/** Milliseconds between two drawings for readers who asked for less motion. */
const CALM_EVERY = 250;
/** Longest part of an address that is kept up to date. */
const MOST_LINK = 60_000;

const calm = matchMedia('(prefers-reduced-motion: reduce)');

export class LabController {
  link: LabLink;
  /** What could not be read of the link. */
  faults: readonly string[];
  playing = false;
  /** The step at which playing ends; null: it goes on. */
  goal: number | null = null;
  /** Whether it goes to the goal as fast as it can. */
  rushing = false;
  /** Index of the kept frame that is looked at; null: where the training is. */
  viewing: number | null = null;
  main: Runner;
  readonly others = new Map<Format, Runner>();
  theory: TheoryRun;
  /** Counts drawings: of everything that moves, and of the curves, which are drawn less often. */
  drawn = 0;
  curves = 0;
  /** Whether the state is too large for a link. */
  tooLong = false;
  readonly #clock = new PlayClock();
  readonly #listeners = new Set<() => void>();
  #dirty = false;
  #requested = false;
  #drawnAt = 0;
  #curvesAt = 0;
  #curvesEvery = CURVES_EVERY;

  constructor(link: LabLink, faults: readonly string[]) {
    this.link = link;
    this.faults = faults;
    this.main = this.#newMain();
    this.theory = new TheoryRun(link.setup, () => this.#touch(true));
    this.#syncOthers();
    this.#beginLink();
    addEventListener('hashchange', () => void this.#follow());
    document.addEventListener('visibilitychange', () => this.#schedule());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The frame that is looked at; null before the first. */
  get frame(): Frame | null {
    const { course } = this.main;
    return this.viewing === null ? course.now : (course.marks[this.viewing] ?? course.now);
  }

  /** Changes what a link holds; a new setup begins anew. */
  change(part: Partial<Omit<LabLink, 'step'>>): void {
    const before = this.link;
    this.link = { ...before, ...part };
    if (part.setup && part.setup !== before.setup) this.#begin();
    if (part.formats) this.#syncOthers();
    this.#touch(true);
    void this.#save();
  }

  play(until: number | null = null): void {
    if (this.main.failure !== null) return;
    this.viewing = null;
    this.playing = true;
    this.rushing = false;
    this.goal = until;
    this.#clock.begin(this.main.step);
    this.#touch(true);
  }

  pause(): void {
    this.playing = false;
    this.rushing = false;
    this.goal = null;
    this.#touch(true);
    void this.#save();
  }

  /** One step, or in logarithmic time to the next kept one. */
  stepOnce(): void {
    const { step } = this.main;
    this.pause();
    this.viewing = null;
    this.main.advance(this.link.logTime ? nextMark(step) : step + 1, LONG_SLICE);
  }

  restart(): void {
    this.#begin();
    this.#touch(true);
    void this.#save();
  }

  /** Trains up to a step without showing every picture, and pauses there. */
  goTo(step: number): void {
    this.play(step);
    this.rushing = true;
  }

  look(index: number | null): void {
    if (this.playing) this.pause();
    const last = this.main.course.marks.length - 1;
    this.viewing = index !== null && index >= last ? null : index;
    this.#touch(true);
  }

  dismissFaults(): void {
    this.faults = [];
    this.#touch(false);
  }

  #newMain(): Runner {
    return new Runner(this.link.setup, 'float64', (runner) => {
      if (runner.failure !== null) this.pause();
      this.#touch(!this.playing);
      this.#arrived();
      // A request that was under way at a pause still moves the training: the link follows it.
      if (!this.playing) void this.#save();
      this.theory.reach(runner.step);
      for (const other of this.others.values()) this.#feed(other);
    });
  }

  #begin(): void {
    this.main.dispose();
    this.theory.dispose();
    for (const other of this.others.values()) other.dispose();
    this.others.clear();
    this.playing = false;
    this.rushing = false;
    this.goal = null;
    this.viewing = null;
    this.main = this.#newMain();
    this.theory = new TheoryRun(this.link.setup, () => this.#touch(true));
    this.#syncOthers();
  }

  /** A worker for each chosen format, and none for the others. */
  #syncOthers(): void {
    const { formats, setup } = this.link;
    for (const [format, runner] of this.others)
      if (!formats.includes(format)) {
        runner.dispose();
        this.others.delete(format);
      }
    for (const format of formats)
      if (!this.others.has(format))
        this.others.set(
          format,
          new Runner(setup, format, (runner) => {
            this.#touch(false);
            this.#feed(runner);
          }),
        );
  }

  /** Formats follow the main training in the background, at their own pace. */
  #feed(runner: Runner): void {
    runner.advance(this.main.step, LONG_SLICE);
  }

  /** Ends at the goal; towards it, asks for the next steps at once. */
  #arrived(): void {
    if (!this.playing || this.goal === null) return;
    if (this.main.step >= this.goal) this.pause();
    else if (this.rushing) this.main.advance(this.goal, LONG_SLICE);
  }

  #touch(curves: boolean): void {
    this.#dirty = true;
    if (curves) this.#curvesAt = 0;
    this.#schedule();
  }

  #schedule(): void {
    // A hidden tab gets no pictures, so it takes no steps: the training waits.
    if (this.#requested || document.hidden) return;
    this.#requested = true;
    requestAnimationFrame((time) => this.#picture(time));
  }

  #picture(time: number): void {
    this.#requested = false;
    if (this.playing) {
      const to = this.#clock.tick(time, this.link, this.main.step);
      if (this.rushing && this.goal !== null) this.main.advance(this.goal, LONG_SLICE);
      else this.main.advance(Math.min(to, this.goal ?? to), SLICE);
    } else this.#clock.rest();
    const due = !calm.matches || !this.playing || time - this.#drawnAt >= CALM_EVERY;
    if (this.#dirty && due) {
      this.#dirty = false;
      this.#drawnAt = time;
      this.drawn++;
      const curves = this.#curvesAt === 0 || time - this.#curvesAt >= this.#curvesEvery;
      if (curves) {
        this.#curvesAt = time;
        this.curves++;
      } else this.#dirty = true;
      const begun = performance.now();
      for (const listener of this.#listeners) listener();
      // The components are drawn in a microtask of their own, before this one.
      if (curves)
        queueMicrotask(() => {
          this.#curvesEvery = Math.max(CURVES_EVERY, CURVES_SHARE * (performance.now() - begun));
        });
    }
    if (this.playing || this.#dirty) this.#schedule();
  }

  /** The address as a link to what is seen now. */
  async address(): Promise<string> {
    const text = await writeLink({ ...this.link, step: this.frame?.step ?? 0 });
    return `${location.href.replace(/#.*$/s, '')}#${text}`;
  }

  async #save(): Promise<void> {
    const address = await this.address();
    this.tooLong = address.length > MOST_LINK;
    if (!this.tooLong) history.replaceState(null, '', address);
  }

  /** What a link asks for: a stop of the tour, or a step. */
  #beginLink(): void {
    if (!beginLinkedStop(this) && this.link.step > 0) this.goTo(this.link.step);
  }

  /** Someone has put another link into this page. */
  async #follow(): Promise<void> {
    const { link, faults } = await readLink(location.hash);
    this.link = link;
    this.faults = faults;
    this.#begin();
    this.#beginLink();
    this.#touch(true);
  }
}
