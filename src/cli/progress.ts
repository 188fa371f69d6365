import cliProgress from 'cli-progress';
import { duration } from '../report/format.ts';

/** Where a run stands: `done` of `total` worlds of one row, `rowsDone` of `rowsTotal` rows. */
export interface Progress {
  readonly claim: string;
  /** Empty for a finding. */
  readonly rung: string;
  readonly done: number;
  readonly total: number;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** Rows that an earlier run had finished: they took no time of this one. */
  readonly kept?: number;
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

/** The part of this run's own work that is done. */
export const ownFraction = (progress: Progress): number => {
  const { kept = 0, rowsDone, rowsTotal } = progress;
  return fractionDone({ ...progress, rowsDone: rowsDone - kept, rowsTotal: rowsTotal - kept });
};

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
        what,
        left: timeLeft(own, (performance.now() - started) / 1000),
      }),
    stop: () => view.stop(),
  };
}

function bar(stream: NodeJS.WriteStream): ProgressView {
  const view = fractionBar(stream);
  return {
    show: (progress) =>
      view.show(
        fractionDone(progress),
        `${row(progress)}, world ${progress.done} of ${progress.total}`,
        ownFraction(progress),
      ),
    stop: view.stop,
  };
}

/** A line per finished row, with the time left, for logs. */
function lines(stream: NodeJS.WritableStream): ProgressView {
  const started = performance.now();
  let rows = 0;
  let last = '';
  return {
    show: (progress) => {
      const { rowsDone, rowsTotal } = progress;
      // The report of a finished row may already name the next one.
      if (rowsDone > rows) {
        const name = progress.done === progress.total ? row(progress) : last || row(progress);
        const left = timeLeft(ownFraction(progress), (performance.now() - started) / 1000);
        stream.write(`${rowsDone} of ${rowsTotal} rows done: ${name}${left && `; ${left}`}\n`);
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
