/** What `snapcheck explain` prints for people: who gains and loses first, then training, reasons and the form; in the end whether training agrees. */
import { type Course, type Explanation, stepsPastOnset, type TokenFate } from '../explain/explain.ts';
import { groupLines, reasonLines, tokensText } from './explainGroups.ts';
import { count, wrap } from './format.ts';

/** Columns of the first table beside its list of f. */
const NUMBERS = 57;
/** Most columns of that list, and least. */
const PHI = [16, 36] as const;

const signed = (x: number): string => {
  const text = Math.abs(x) >= 1e-3 || x === 0 ? x.toFixed(4) : x.toExponential(1);
  return x > 0 ? `+${text}` : text;
};
const arrow = (x: number): string => (x > 0 ? '↑' : x < 0 ? '↓' : '·');
const courseText = ({ z, early, late }: Course): string =>
  `${signed(z).padStart(10)}    ${arrow(early)} ${arrow(late)}`;

/** `6:0.83 7:0.12`, cut short where it is long. */
function phiText(phi: TokenFate['phi'], size: number): string {
  const parts = phi.map(([next, x]) => `${next}:${x.toPrecision(2)}`);
  let text = '';
  for (const [i, part] of parts.entries()) {
    const rest = i < parts.length - 1 ? ' ..' : '';
    if (text.length + 1 + part.length + rest.length > size) return `${text} ..`;
    text += i === 0 ? part : ` ${part}`;
  }
  return text;
}

const place = ({ query, token }: TokenFate): string =>
  `${String(query).padStart(7)}${String(token).padStart(8)}`;

/** Ids and ranges of ids that a sentence names; of more, the number. */
const MOST_NAMED = 12;
/** The same on a screen with several queries, and queries with a sentence of their own there. */
const [FEW_NAMED, MOST_QUERIES] = [3, 2];
/** Lines of a screen of 24, with the prompt. */
const SCREEN = 23;

/** `tokens 1, 2 and 11..20 gain attention`. */
function fateText(fates: readonly TokenFate[], one: string, many: string, most: number): string {
  return `${tokensText(
    fates.map(({ token }) => token),
    most,
  )} ${fates.length === 1 ? one : many}`;
}

/** Which tokens gain attention and which lose it, a sentence a query; of more queries than `rows`, how many rows do. */
function answerLines(tokens: readonly TokenFate[], width: number, rows: number): string[] {
  const queries = [...new Set(tokens.map(({ query }) => query))];
  const most = queries.length > 1 && Number.isFinite(rows) ? FEW_NAMED : MOST_NAMED;
  const lines = queries.slice(0, rows).flatMap((query) => {
    const of = (predicted: TokenFate['predicted']) =>
      tokens.filter((fate) => fate.query === query && fate.predicted === predicted);
    const parts = [
      { fates: of('gains'), text: ['gains attention', 'gain attention'] },
      { fates: of('loses'), text: ['loses attention', 'lose attention'] },
      { fates: of('stays'), text: ['keeps what it has', 'keep what they have'] },
      { fates: of('unknown'), text: ['has no prediction', 'have no prediction'] },
    ]
      .filter(({ fates }) => fates.length > 0)
      .map(({ fates, text: [one, many] }) => fateText(fates, one, many, most));
    return wrap(`Predicted for query ${query}: ${parts.join('; ')}.`, width);
  });
  if (queries.length <= rows) return lines;
  const gain = tokens.filter(({ predicted }) => predicted === 'gains').length;
  return [
    ...wrap(
      `Predicted: ${gain} of ${tokens.length} logits of ${queries.length} query tokens gain attention.`,
      width,
    ),
    ...lines,
  ];
}

/** How it was trained; and whether that ends before the snap. */
function settingLines(e: Explanation, width: number): string[] {
  const { rates, sgd, steps } = e;
  const enough = stepsPastOnset(e, rates);
  const short = `Training ends before its second half is past the onset of the snap: --steps ${enough} would go there.`;
  return [
    ...wrap(
      `M = ${e.vocabulary}, ${count(e.classes, 'class').replace('classs', 'classes')}; etaY ${rates.etaY}, etaZ ${rates.etaZ}, momentum ${rates.momentum}, ${count(steps, 'step')}; sgd: batch ${sgd.batch}, T ${sgd.length}, seed ${sgd.seed}.`,
      width,
    ),
    ...(steps < enough ? wrap(short, width) : []),
  ];
}

const signOf = ({ predicted }: TokenFate) => (predicted === 'gains' ? 1 : predicted === 'loses' ? -1 : 0);

/** Whether training agrees, and what the prediction assumes. */
function closingLines({ tokens, rates, uniform }: Explanation, width: number): string[] {
  const certain = tokens.filter((fate) => signOf(fate) !== 0);
  const against = certain.filter((fate) => fate.population.late === -signOf(fate));
  const lines: string[] = [];
  if (certain.length > 0)
    lines.push(
      '',
      ...wrap(
        `Late in population training ${against.length} of ${count(certain.length, 'token')} went against the prediction at etaY/etaZ = ${Number((rates.etaY / rates.etaZ).toPrecision(3))}; the prediction is for etaY >> etaZ.`,
        width,
      ),
    );
  if (!uniform)
    lines.push('', ...wrap('The classes have weights; the prediction is of classes drawn alike.', width));
  return lines;
}

/** One screen: the answer, the reasons of groups of tokens, whether training agrees, and how to see more. */
function screenText(e: Explanation, width: number): string {
  const head = [...answerLines(e.tokens, width, MOST_QUERIES), ...settingLines(e, width), '', 'Why:'];
  const foot = [
    ...closingLines(e, width),
    '',
    ...wrap('Numbers and courses of every token: --all; of some: --token <id...>.', width),
  ];
  // Two lines for reasons at least: a screen of a narrow terminal is longer then.
  const room = Math.max(2, SCREEN - head.length - foot.length);
  return [...head, ...groupLines(e, width, room), ...foot].join('\n');
}

/**
 * @param width columns of a line, 73 at least
 * @param full every token with its numbers and its course; otherwise one screen
 */
export const explanationText = (e: Explanation, width = 100, full = false): string =>
  full ? fullText(e, width) : screenText(e, width);

function fullText(e: Explanation, width: number): string {
  const size = Math.max(PHI[0], Math.min(PHI[1], width - NUMBERS));
  const predicted = e.tokens.map((fate) => {
    const { form } = fate;
    const numbers = form
      ? [form.own, form.shared, form.value].map((x) => signed(x).padStart(10)).join('')
      : 'not defined'.padStart(30);
    return `${place(fate)}  ${fate.kind.padEnd(8)}  ${phiText(fate.phi, size).padEnd(size)}${numbers}`;
  });
  const came = e.tokens.map(
    (fate) =>
      `${place(fate)}  ${fate.kind.padEnd(8)}  ${fate.predicted.padEnd(9)} ${courseText(fate.population)}    ${courseText(fate.sgd)}`,
  );
  return [
    ...answerLines(e.tokens, width, Number.POSITIVE_INFINITY),
    ...settingLines(e, width),
    '',
    ...wrap(
      'In training: z at the end, and which way it went over the first tenth and the second half.',
      width,
    ),
    '',
    `  query   token  kind      predicted  population            sgd`,
    ...came,
    '',
    'Why:',
    ...reasonLines(e.tokens, width),
    '',
    ...wrap(
      "The form behind it (two-timescale): own + shared = -phi^T E' phi for M -> inf; form: the same at this M.",
      width,
    ),
    '',
    `  query   token  kind      ${'phi_l (next:f)'.padEnd(size)}${'own'.padStart(10)}${'shared'.padStart(10)}${'form'.padStart(10)}`,
    ...predicted,
    ...closingLines(e, width),
  ].join('\n');
}
