/** `train --watch`: attention, entropy and loss, drawn over and over in a terminal while it trains. */
import { safeLine } from '../io/text.ts';
import { classAttention, distinctEntropy } from '../model/entropy.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import type { Moment } from '../trainers/experiment.ts';
import { barOf } from './progress.ts';
import { classBars } from './trainSummary.ts';

export interface TrainView {
  /** Draws a moment, if the last one is long enough ago. */
  show(moment: Moment, work: number, now: string): void;
  /** Wipes the picture and shows the cursor; nothing is drawn any more. */
  stop(): void;
}

/** Classes with a line, where the terminal is high enough. */
const MOST_CLASSES = 8;
/** Lines beside those of classes, and the one of the cursor. */
const OTHERS = 4;
/** Milliseconds between two pictures. */
const REFRESH = 100;
const [HIDE, SHOW] = ['\u001b[?25l', '\u001b[?25h'];

/** Whether a stream is a terminal in which lines can be drawn over. */
export const drawable = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb';

/** The lines of one picture. */
export function frame(
  problem: Problem,
  { layout, loss, read }: Moment,
  { work, now, rows }: { readonly work: number; readonly now: string; readonly rows: number },
): string[] {
  const attention = classAttention(problem, layout, read().Z);
  const entropy = distinctEntropy(problem, attention);
  const omega = occurrences(problem);
  const room = Math.max(1, Math.min(MOST_CLASSES, rows - OTHERS));
  const classes = problem.classes.slice(0, room).map((c, n) => {
    const bars = classBars(
      attention[n],
      c.tokens.map((l) => omega.get(l)!.length === 1),
    );
    const top = attention[n].indexOf(Math.max(...attention[n]));
    return `  ${(100 * attention[n][top]).toFixed(1).padStart(5)} % token ${c.tokens[top]} of next ${c.next}, query ${c.query}  ${bars}`;
  });
  const numbers = [
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
    ...(Number.isNaN(entropy) ? [] : [`entropy over distinct tokens ${entropy.toFixed(3)} nats`]),
  ];
  const left = problem.classes.length - classes.length;
  return [
    `${barOf(work)} ${Math.floor(100 * work)} %  ${safeLine(now)}`,
    numbers.join(', '),
    ...classes,
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}

/** @param stream a terminal */
export function trainView(stream: NodeJS.WriteStream, problem: Problem): TrainView {
  let drawn = Number.NEGATIVE_INFINITY;
  let height = 0;
  let stopped = false;
  /** To the first column of the first line of the last picture, wiped from there on. */
  const back = () => `${height > 1 ? `\u001b[${height - 1}A` : ''}\r\u001b[J`;
  return {
    show(moment, work, now) {
      if (stopped || (work < 1 && performance.now() - drawn < REFRESH)) return;
      const [columns, rows] = [stream.columns || 80, stream.rows || 24];
      // A longer line would wrap, and the way back would be too short.
      const lines = frame(problem, moment, { work, now, rows })
        .slice(0, Math.max(1, rows - 1))
        .map((line) => line.slice(0, columns - 1));
      stream.write(`${height === 0 ? HIDE : ''}${back()}${lines.join('\n')}`);
      height = lines.length;
      drawn = performance.now();
    },
    stop() {
      if (!stopped && height > 0) stream.write(`${back()}${SHOW}`);
      stopped = true;
    },
  };
}
