import cliProgress from 'cli-progress';
import { safeLine } from '../io/text.ts';
import { duration } from '../report/format.ts';
import type { Progress } from '../verify/progress.ts';

export interface ProgressView {
  show(progress: Progress): void;
  stop(): void;
}

/** Time left as the run has gone so far; nothing before there is anything to go by, and where all is done. */
export function timeLeft(fraction: number, elapsedSeconds: number): string {
  if (fraction <= 0.01 || fraction >= 1 || elapsedSeconds < 1) return '';
  return `about ${duration((elapsedSeconds * (1 - fraction)) / fraction)} left`;
}

const row = ({ claim, rung }: Progress) => (rung ? `${claim} on ${rung}` : claim);

/** A bar that is wiped when the run ends: a fraction of 1, and what is being done. */
export function fractionBar(stream: NodeJS.WriteStream) {
  const started = performance.now();
  const view = new cliProgress.SingleBar({
    stream,
    format: '{bar} {percentage}%  {what}  {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    gracefulExit: false, // SIGINT is the command's own affair
  });
  view.start(1000, 0, { what: 'starting', left: '' });
  return {
    show: (fraction: number, what: string, own = fraction) =>
      view.update(Math.round(1000 * fraction), {
        what: safeLine(what),
        left: timeLeft(own, (performance.now() - started) / 1000),
      }),
    stop: () => view.stop(),
  };
}

function bar(stream: NodeJS.WriteStream): ProgressView {
  const view = fractionBar(stream);
  return {
    show: (progress) =>
      view.show(progress.work, `${row(progress)}, world ${progress.done} of ${progress.total}`, progress.own),
    stop: view.stop,
  };
}

/** `30 of 54 verdicts and 4 of 20 findings`; what a run has none of is left out. */
function doneText({ rowsDone, rowsTotal, findingsDone, findingsTotal }: Progress): string {
  const parts = [
    [rowsDone - findingsDone, rowsTotal - findingsTotal, 'verdicts'],
    [findingsDone, findingsTotal, 'findings'],
  ] as const;
  return parts
    .filter(([, total]) => total > 0)
    .map(([done, total, what]) => `${done} of ${total} ${what}`)
    .join(' and ');
}

/** A line per finished row, with the time left, for logs. */
function lines(stream: NodeJS.WritableStream): ProgressView {
  const started = performance.now();
  let rows = 0;
  let last = '';
  return {
    show: (progress) => {
      const { rowsDone } = progress;
      // The report of a finished row may already name the next one.
      if (rowsDone > rows) {
        const name = progress.done === progress.total ? row(progress) : last || row(progress);
        const left = timeLeft(progress.own, (performance.now() - started) / 1000);
        stream.write(`${doneText(progress)} done: ${name}${left && `; ${left}`}\n`);
      }
      rows = rowsDone;
      last = row(progress);
    },
    stop: () => {},
  };
}

/** A bar on a terminal, lines in a log; never on standard output. */
export const progressView = (stream: NodeJS.WriteStream): ProgressView =>
  stream.isTTY ? bar(stream) : lines(stream);
