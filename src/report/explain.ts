/** What `snapcheck explain` prints for people: predictions and reasons above, in the end whether training agrees. */
import type { Course, Explanation, TokenFate } from '../explain/explain.ts';
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

/** @param width columns of a line, 73 at least */
export function explanationText(e: Explanation, width = 100): string {
  const { rates, sgd, steps } = e;
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
  const signOf = ({ predicted }: TokenFate) => (predicted === 'gains' ? 1 : predicted === 'loses' ? -1 : 0);
  const certain = e.tokens.filter((fate) => signOf(fate) !== 0);
  const against = certain.filter((fate) => fate.population.late === -signOf(fate));
  const lines = [
    ...wrap(
      `M = ${e.vocabulary}, ${count(e.classes, 'class').replace('classs', 'classes')}; etaY ${rates.etaY}, etaZ ${rates.etaZ}, momentum ${rates.momentum}, ${count(steps, 'step')}; sgd: batch ${sgd.batch}, T ${sgd.length}, seed ${sgd.seed}.`,
      width,
    ),
    '',
    ...wrap(
      "Predicted (two-timescale): own + shared = -phi^T E' phi for M -> inf; form: the same at this M.",
      width,
    ),
    '',
    `  query   token  kind      ${'phi_l (next:f)'.padEnd(size)}${'own'.padStart(10)}${'shared'.padStart(10)}${'form'.padStart(10)}`,
    ...predicted,
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
    ...e.tokens.flatMap((fate) =>
      wrap(`token ${fate.token} (query ${fate.query}) ${fate.predicted}: ${fate.why}`, width, '  '),
    ),
  ];
  if (certain.length > 0)
    lines.push(
      '',
      ...wrap(
        `Late in population training ${against.length} of ${count(certain.length, 'token')} went against the prediction at etaY/etaZ = ${Number((rates.etaY / rates.etaZ).toPrecision(3))}; the prediction is for etaY >> etaZ.`,
        width,
      ),
    );
  if (!e.uniform)
    lines.push('', ...wrap('The classes have weights; the prediction is of classes drawn alike.', width));
  return lines.join('\n');
}
