/** The report of a training run: a page with pictures, the record, and the numbers of every class. */
import { join } from 'node:path';
import { type Written, writeFiles } from '../io/write.ts';
import { type ClassCourse, coursesOf, onsetOf } from '../runs/course.ts';
import { runLines } from '../runs/record.ts';
import type { RecordedRun } from '../runs/run.ts';
import { count, short } from './format.ts';

/** What a report says beside the run. */
export interface TrainReport {
  readonly run: RecordedRun;
  /** Loss (nats) before the last step of each recorded state; null at the start. */
  readonly losses: readonly (number | null)[];
  readonly seed: number;
  /** Runs that were trained; the others have no pictures. */
  readonly seeds: number;
  readonly command: string;
  /** Steps of the run: more than are recorded where it is long. */
  readonly trained: number;
}

/** Classes with a picture of their own. */
const MOST_CLASSES = 12;

const first = <T>(xs: readonly T[]): T => xs[0];
const last = <T>(xs: readonly T[]): T => xs[xs.length - 1];

/** Half of sum |c(end) - c(start)|: the attention of a class that changed hands. */
const moved = ({ states }: ClassCourse): number =>
  first(states).attention.reduce((sum, c, i) => sum + Math.abs(last(states).attention[i] - c), 0) / 2;

/** The classes with pictures, by query: all, or those in which most attention changed hands. */
export function shownClasses(courses: readonly ClassCourse[]): ClassCourse[] {
  const most = [...courses].sort((a, b) => moved(b) - moved(a)).slice(0, MOST_CLASSES);
  return courses.filter((one) => most.includes(one)).sort((a, b) => a.query - b.query);
}

const cell = (x: number | null): string => (x === null || !Number.isFinite(x) ? '' : String(x));

/** A line for each class at each recorded state; what does not exist is empty. */
export function stepsCsv(
  { run, losses }: Pick<TrainReport, 'run' | 'losses'>,
  courses: readonly ClassCourse[],
): string {
  const lines = run.steps.flatMap((step, s) =>
    courses.map(({ next, query, tokens, states }) => {
      const { attention, entropy, effective, effectiveDistinct, chi } = states[s];
      const top = attention.indexOf(Math.max(...attention));
      return [
        ...[step, cell(losses[s]), next, query, cell(entropy), cell(effective), cell(effectiveDistinct)],
        ...[cell(chi), tokens[top], cell(attention[top])],
      ].join(',');
    }),
  );
  const header = 'step,loss,next,query,entropy,effective,effective_distinct,chi,top_token,top_attention';
  return `${[header, ...lines].join('\n')}\n`;
}

/** What is shown of how much. */
function noteOf({ run, seed, seeds, trained }: TrainReport, shown: number): string {
  const { classes } = run.problem;
  return [
    `Seed ${seed}${seeds > 1 ? `, the first of ${seeds} runs` : ''}.`,
    ...(shown < classes.length
      ? [
          `${shown} of ${classes.length} classes: those in which most attention changed hands; all in steps.csv.`,
        ]
      : []),
    ...(run.steps.length < trained + 1
      ? [`${run.steps.length} recorded states of ${trained} steps, evenly spaced in the logarithm.`]
      : []),
  ].join(' ');
}

/** The page and its pictures, by the names of their files. */
async function pageOf(report: TrainReport, courses: readonly ClassCourse[]) {
  const { run, command, trained } = report;
  // Plot and a document to draw in take a quarter of a second to load: only for a report.
  const [{ runFigures }, { standAlone }, { dynamicsSection }, { html }, { shell }, kept, shapes] =
    await Promise.all([
      import('./pictures/runCourse.ts'),
      import('./pictures/svg.ts'),
      import('./html/figures.ts'),
      import('./html/markup.ts'),
      import('./html/shell.ts'),
      import('./pictures/kept.ts'),
      import('./pictures/keptShapes.ts'),
    ]);
  const classes = shownClasses(courses);
  const onset = onsetOf(run.problem, run.rates);
  const note = noteOf(report, classes.length);
  const figures = runFigures({ steps: run.steps, classes, onset, note });
  const to = (a: number | null, b: number | null) =>
    a === null || b === null ? '–' : `${short(a)} → ${short(b)}`;
  const rows = classes.map(({ next, query, tokens, states }) => {
    const [a, b] = [first(states), last(states)];
    const top = b.attention.indexOf(Math.max(...b.attention));
    return html`<tr><th scope="row">${next}</th><td class="number" data-title="query">${query}</td><td class="number" data-title="entropy, nats">${to(a.entropy, b.entropy)}</td><td class="number" data-title="effective tokens">${to(a.effective, b.effective)}</td><td class="number" data-title="χ">${b.chi === null ? '–' : short(b.chi)}</td><td data-title="most attention">token ${tokens[top]}, ${(100 * b.attention[top]).toFixed(1)} %</td></tr>`;
  });
  const queries = new Set(courses.map(({ query }) => query)).size;
  const when =
    onset === null
      ? 'The theory gives no onset for this optimiser.'
      : `The onset t0 of the snap is at step ${short(onset)}${onset > trained ? ', after the end of this run' : ''}.`;
  const page = shell({
    title: 'Snapcheck: a training run',
    opening: html`<header><h1>How attention moved in training</h1>
<p>${count(courses.length, 'next token')}, ${count(queries, 'query token')}, ${run.problem.vocabulary} tokens in all; ${count(trained, 'step')}. ${when} ${note}</p></header>`,
    content: html`<section id="pictures"><h2>Pictures</h2>${dynamicsSection(figures)}</section>
<section id="classes"><h2>Start → end, by class</h2><div class="scroll"><table class="cards-when-narrow"><thead><tr><th>next</th><th class="number">query</th><th class="number">entropy, nats</th><th class="number">effective tokens</th><th class="number">χ at the end</th><th>most attention at the end</th></tr></thead><tbody>${rows}</tbody></table></div></section>
<section id="repeat"><h2>Repeat it</h2><code class="code">${command}</code><p>Every class at every recorded step is in <code>steps.csv</code>; the parameters are in <code>run.jsonl</code>${run.Y ? '' : ', without Y, which is too large'}.</p></section>`,
    version: kept.keptJson('package.json', shapes.checkManifest)?.version,
  });
  return {
    'report.html': page,
    ...Object.fromEntries(figures.map(({ id, wide }) => [`${id}.svg`, standAlone(wide)])),
  };
}

/**
 * Writes run.jsonl, steps.csv, report.html and its pictures (attention.svg, effective.svg, entropy.svg, growth.svg) into
 * `dir`, which is made if need be. The record goes first: no picture that cannot be drawn keeps it from being written.
 */
export async function writeTrainReport(
  dir: string,
  report: TrainReport,
): Promise<Written & { readonly page: string }> {
  const courses = coursesOf(report.run);
  const data = writeFiles(dir, {
    'run.jsonl': runLines(report.run),
    'steps.csv': stepsCsv(report, courses),
  });
  const drawn = writeFiles(dir, await pageOf(report, courses));
  return {
    page: join(dir, 'report.html'),
    written: [...data.written, ...drawn.written],
    failed: [...data.failed, ...drawn.failed],
  };
}
