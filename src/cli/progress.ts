import cliProgress from 'cli-progress';
import { duration } from '../report/format.ts';

/** Where a run stands: `done` of `total` worlds of one row, `rowsDone` of `rowsTotal` rows. */
export interface Progress {
  readonly claim: string;
  readonly rung: string;
  readonly done: number;
  readonly total: number;
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

export interface ProgressView {
  show(progress: Progress): void;
  stop(): void;
}

/** Time left as the run has gone so far; nothing before there is anything to go by. */
export function timeLeft(fraction: number, elapsedSeconds: number): string {
  if (fraction <= 0.01 || elapsedSeconds < 1) return '';
  return `about ${duration((elapsedSeconds * (1 - fraction)) / fraction)} left`;
}

export const fractionDone = ({ done, total, rowsDone, rowsTotal }: Progress): number =>
  rowsTotal === 0
    ? 0
    : Math.min(1, (rowsDone + (total > 0 && rowsDone < rowsTotal ? done / total : 0)) / rowsTotal);

/** A bar that is wiped when the run ends. */
function bar(stream: NodeJS.WriteStream): ProgressView {
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
    show: (progress) => {
      const fraction = fractionDone(progress);
      view.update(Math.round(1000 * fraction), {
        what: `${progress.claim} on ${progress.rung}, world ${progress.done} of ${progress.total}`,
        left: timeLeft(fraction, (performance.now() - started) / 1000),
      });
    },
    stop: () => view.stop(),
  };
}

/** A line per finished row, for logs. */
function lines(stream: NodeJS.WritableStream): ProgressView {
  let rows = 0;
  let last = '';
  return {
    show: ({ claim, rung, rowsDone, rowsTotal }) => {
      // The report of a finished row may already name the next one.
      if (rowsDone > rows)
        stream.write(`${rowsDone} of ${rowsTotal} rows done: ${last || `${claim} on ${rung}`}\n`);
      rows = rowsDone;
      last = `${claim} on ${rung}`;
    },
    stop: () => {},
  };
}

/** A bar on a terminal, lines in a log; never on standard output. */
export const progressView = (stream: NodeJS.WriteStream): ProgressView =>
  stream.isTTY ? bar(stream) : lines(stream);
