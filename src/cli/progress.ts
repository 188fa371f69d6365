/** How far a command has come: a bar on a terminal, lines in a log; on standard error alone. */
import { safeLine } from '../io/text.ts';
import { duration } from '../report/format.ts';

export interface Shown {
  /** The part of the work that is done, from 0 to 1. */
  readonly work: number;
  /** The part of this run's own work, where an earlier run did some; the time left is of it. */
  readonly own?: number;
  /** What is being done, for the bar. */
  readonly now: string;
  /** A line for a log; it is written when it changes. */
  readonly line?: string;
}

export interface ProgressView {
  show(progress: Shown): void;
  /** Wipes the bar; nothing is shown any more. */
  stop(): void;
}

/** The time left at the speed so far; empty before there is anything to judge by, and at the end. */
export function timeLeft(part: number, elapsedSeconds: number): string {
  if (part <= 0.01 || part >= 1 || elapsedSeconds < 1) return '';
  return `about ${duration((elapsedSeconds * (1 - part)) / part)} left`;
}

const WIDTH = 24;
/** Milliseconds between two changes of the bar. */
const REFRESH = 100;
const WIPE = '\r\u001b[K';

/** `████░░░`, for a part of the work. */
export const barOf = (work: number): string => {
  const full = Math.round(WIDTH * Math.min(1, Math.max(0, work)));
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
};

export function progressView(stream: NodeJS.WriteStream): ProgressView {
  const begun = performance.now();
  let drawn = Number.NEGATIVE_INFINITY;
  let last = '';
  let stopped = false;
  const draw = ({ work, now }: Shown, left: string) => {
    const text = `${barOf(work)} ${Math.floor(100 * work)} %  ${safeLine(now)}${left && `  ${left}`}`;
    // A longer line would wrap, and only its end could be wiped.
    stream.write(`${WIPE}${text.slice(0, (stream.columns || 80) - 1)}`);
    drawn = performance.now();
  };
  if (stream.isTTY) draw({ work: 0, now: 'starting' }, '');
  return {
    show(progress) {
      if (stopped) return;
      const { work, own = work, now, line = last } = progress;
      const left = timeLeft(own, (performance.now() - begun) / 1000);
      if (!stream.isTTY && line !== last) stream.write(`${line}${left && `; ${left}`}\n`);
      if (stream.isTTY && (line !== last || performance.now() - drawn > REFRESH)) draw({ work, now }, left);
      last = line;
    },
    stop() {
      if (stream.isTTY && !stopped) stream.write(WIPE);
      stopped = true;
    },
  };
}
