/** What `snapcheck explain` prints for people, in at most 100 columns. */
import type { Course, Explanation, TokenFate } from '../explain/explain.ts';
import { count, wrap } from './format.ts';

const WIDTH = 100;
const PHI = 36;

const signed = (x: number): string => {
  const text = Math.abs(x) >= 1e-3 || x === 0 ? x.toFixed(4) : x.toExponential(1);
  return x > 0 ? `+${text}` : text;
};
const arrow = (x: number): string => (x > 0 ? '↑' : x < 0 ? '↓' : '·');
const courseText = ({ z, early, late }: Course): string =>
  `${signed(z).padStart(10)}    ${arrow(early)} ${arrow(late)}`;

/** `6:0.83 7:0.12`, cut short where it is long. */
function phiText(phi: TokenFate['phi']): string {
  const parts = phi.map(([next, x]) => `${next}:${x.toPrecision(2)}`);
  let text = '';
  for (const [i, part] of parts.entries()) {
    const rest = i < parts.length - 1 ? ' ..' : '';
    if (text.length + 1 + part.length + rest.length > PHI) return `${text} ..`;
    text += i === 0 ? part : ` ${part}`;
  }
  return text;
}

const place = ({ query, token }: TokenFate): string =>
  `${String(query).padStart(7)}${String(token).padStart(8)}`;

export function explanationText(e: Explanation): string {
  const { rates, sgd, steps } = e;
  const predicted = e.tokens.map((fate) => {
    const { form } = fate;
    const numbers = form
      ? [form.own, form.shared, form.value].map((x) => signed(x).padStart(10)).join('')
      : 'not defined'.padStart(30);
    return `${place(fate)}  ${fate.kind.padEnd(8)}  ${phiText(fate.phi).padEnd(PHI)}${numbers}`;
  });
  const came = e.tokens.map(
    (fate) =>
      `${place(fate)}  ${fate.kind.padEnd(8)}  ${fate.predicted.padEnd(9)} ${courseText(fate.population)}    ${courseText(fate.sgd)}`,
  );
  const against = e.tokens.filter(({ predicted: p, population }) => {
    const sign = p === 'gains' ? 1 : p === 'loses' ? -1 : 0;
    return sign !== 0 && population.late === -sign;
  });
  const lines = [
    ...wrap(
      `M = ${e.vocabulary}, ${count(e.classes, 'class').replace('classs', 'classes')}; etaY ${rates.etaY}, etaZ ${rates.etaZ}, momentum ${rates.momentum}, ${count(steps, 'step')}; sgd: batch ${sgd.batch}, T ${sgd.length}, seed ${sgd.seed}.`,
      WIDTH,
    ),
    '',
    "Predicted (two-timescale): own + shared = -phi^T E' phi for M -> inf; form: the same at this M.",
    '',
    `  query   token  kind      ${'phi_l (next:f)'.padEnd(PHI)}${'own'.padStart(10)}${'shared'.padStart(10)}${'form'.padStart(10)}`,
    ...predicted,
    '',
    'In training: z at the end, and which way it went over the first tenth and the second half.',
    '',
    `  query   token  kind      predicted  population            sgd`,
    ...came,
    '',
    'Why:',
    ...e.tokens.flatMap((fate) =>
      wrap(`token ${fate.token} (query ${fate.query}) ${fate.predicted}: ${fate.why}`, WIDTH, '  '),
    ),
  ];
  if (against.length > 0)
    lines.push(
      '',
      ...wrap(
        `Late in population training ${count(against.length, 'token')} went against the prediction at etaY/etaZ = ${Number((rates.etaY / rates.etaZ).toPrecision(3))}; the prediction is of etaY >> etaZ.`,
        WIDTH,
      ),
    );
  if (!e.uniform)
    lines.push('', ...wrap('The classes have weights; the prediction is of classes drawn alike.', WIDTH));
  return lines.join('\n');
}
