/** What `snapcheck check` prints for people: the four claims first, then whether a freeze is numerical, the theory, and the reference. */
import type { Departure, RunJudgement, RunVerdict, TokenVerdict } from '../runs/judgement.ts';
import { count, wrap } from './format.ts';
import { VERDICTS } from './symbols.ts';

const MARKS = { holds: VERDICTS.holds.symbol, fails: VERDICTS.violated.symbol, idle: '·' } as const;
const NAME = 14;

const number = (x: number): string => {
  const text = Number(x.toPrecision(3));
  return Math.abs(x) >= 1e-3 && Math.abs(x) < 1e5 ? String(text) : x === 0 ? '0' : x.toExponential(1);
};
const range = (pairs: readonly (readonly [number, number])[], at: 0 | 1): string => {
  const xs = pairs.map((pair) => pair[at]);
  const [low, high] = [Math.min(...xs), Math.max(...xs)].map((x) => x.toFixed(1));
  return low === high ? low : `${low}–${high}`;
};

/** Names of at most three, and how many more. */
const some = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;

const place = ({ token, query }: TokenVerdict): string => `${token} (query ${query})`;

function fates({ tokens }: RunJudgement): string {
  const of = (kind: TokenVerdict['kind'], fate: TokenVerdict['fate']) =>
    tokens.filter((t) => t.kind === kind && t.fate === fate);
  const all = (kind: TokenVerdict['kind']) => tokens.filter((t) => t.kind === kind).length;
  const wrong = [...of('distinct', 'loses'), ...of('common', 'gains')];
  return `${of('distinct', 'gains').length} of ${all('distinct')} distinct tokens gain, ${of('common', 'loses').length} of ${all('common')} common lose${wrong.length > 0 ? `; not: ${some(wrong.map(place))}` : ''}`;
}

function orders({ classes }: RunJudgement): string {
  const pairs = classes.flatMap(({ outOfOrder, next }) =>
    outOfOrder.map(([a, b]) => `${b} gains as much as ${a} or more (class ${next})`),
  );
  return pairs.length === 0
    ? 'distinct tokens gain in the order of their frequency'
    : `${count(pairs.length, 'pair')} out of order: ${some(pairs)}`;
}

function spread({ classes }: RunJudgement): string {
  const ends = classes.flatMap(({ effectiveDistinct }) => (effectiveDistinct ? [effectiveDistinct] : []));
  return ends.length === 0
    ? 'there is no distinct token'
    : `effective number of distinct tokens ${range(ends, 0)} at the start, ${range(ends, 1)} at the end`;
}

function freezing({ frozenFrom, speedAtEnd }: RunJudgement): string {
  if (speedAtEnd === null) return 'attention never moves';
  const end = `attention ends at ${number(speedAtEnd)} of its largest speed`;
  return frozenFrom === null ? `${end}: not frozen` : `${end}, below a tenth from step ${frozenFrom}`;
}

const TOLD: Readonly<Record<RunVerdict['claim'], (j: RunJudgement) => string>> = {
  discriminative: fates,
  frequency: orders,
  sparsification: spread,
  snap: freezing,
};

/** Of a claim that is not asked: no word that it holds. */
const NOT_ASKED: typeof TOLD = {
  ...TOLD,
  discriminative: () => 'not asked: no distinct token moves, and no common one',
  frequency: () => 'not asked: no two distinct tokens of a class that differ in frequency move',
  sparsification: (j) => `not asked: no class whose distinct tokens differ in frequency moves; ${spread(j)}`,
};

const CAUSES = {
  'half an ulp': 'the update is below half an ulp',
  saturated: 'the decoder is saturated: e_n - alpha by subtraction is 0',
  unexplained: 'not by half an ulp or saturation, as far as the record says: perhaps not trained',
  unknown: 'Y is not recorded, so the cause is not answered',
} as const;

/** Whether the freeze is numerical. */
function numerical({ tokens, type }: RunJudgement): string {
  const still = tokens.filter(({ freeze }) => freeze !== null);
  if (still.length === 0) return 'Numerical freeze: none; no logit stands still while its gradient is not 0.';
  const causes = [...new Set(still.map(({ freeze }) => freeze!))].map((cause) => {
    const own = still.filter(({ freeze }) => freeze === cause);
    const from = Math.min(...own.map(({ constantFrom }) => constantFrom!));
    return `${own.length} of ${tokens.length} logits are constant in ${type}, the first from step ${from} (${CAUSES[cause]})`;
  });
  return `${still.every(({ freeze }) => freeze === 'unknown' || freeze === 'unexplained') ? 'Standstill' : 'NUMERICAL FREEZE'}: ${causes.join('; ')}.`;
}

function theory({ tokens }: RunJudgement): string {
  const predicted = tokens.filter((t) => t.predicted !== 'unknown');
  if (predicted.length === 0) return 'Theory: no prediction (the attention vectors are linearly dependent).';
  const other = predicted.filter((t) => t.predicted !== t.fate);
  return `Theory (two-timescale, at the start): ${predicted.length - other.length} of ${predicted.length} tokens do what it predicts${other.length > 0 ? `; not: ${some(other.map(place))}` : ''}.`;
}

const departure = ({ difference, step, next, token }: Departure): string =>
  `${number(100 * difference)} % (step ${step}, class ${next}, token ${token})`;

function reference({ comparison: { population, sampled, unanswered } }: RunJudgement): string[] {
  const lines: string[] = [];
  if (population)
    lines.push(
      `Against our training on expectations, attention differs by at most ${departure(population)}.`,
    );
  if (sampled)
    lines.push(
      `Against ${sampled.seeds} sampled trainings of ours it ${sampled.departs ? 'DEPARTS: farther from their mean than each of them' : 'stays within their spread'}, by at most ${departure(sampled.departure)}; p = ${number(sampled.p)}.`,
    );
  return [...lines, ...unanswered.map((why) => `Not answered: ${why}.`)];
}

/** Every class and token. */
function tables({ classes, tokens }: RunJudgement): string[] {
  const signed = (x: number) => `${x > 0 ? '+' : ''}${number(x)}`;
  return [
    '',
    '   class   query    effective tokens    of distinct tokens    chi',
    ...classes.map(({ next, query, effective, effectiveDistinct, chi }) => {
      const ends = (pair: readonly [number, number] | null) =>
        pair ? pair.map((x) => x.toFixed(2)).join(' → ') : 'none';
      return `${String(next).padStart(8)}${String(query).padStart(8)}    ${ends(effective).padEnd(20)}${ends(effectiveDistinct).padEnd(22)}${chi === null ? '' : number(chi)}`;
    }),
    '',
    '   query   token  kind         change    fate    predicted  constant from',
    ...tokens.map(({ query, token, kind, change, fate, predicted, constantFrom, freeze }) =>
      `${String(query).padStart(8)}${String(token).padStart(8)}  ${kind.padEnd(8)} ${signed(change).padStart(10)}    ${fate.padEnd(8)}${predicted.padEnd(11)}${constantFrom === null ? '' : `${constantFrom}${freeze ? ` (${freeze})` : ''}`}`.trimEnd(),
    ),
  ];
}

/**
 * @param again the command that was typed
 * @param width columns of a line, 73 at least
 */
export function judgementText(
  judgement: RunJudgement,
  { all, again, width = 80 }: { readonly all: boolean; readonly again: string; readonly width?: number },
): string {
  const { steps, type, claims, rates, onset, tokens, vocabulary } = judgement;
  const known = Object.entries(rates).map(([name, value]) => `${name} ${value}`);
  const onsetText = onset === null ? '' : ` The onset of the snap, t0, is step ${number(onset)}.`;
  const said = [
    `${count(steps.recorded, 'state')} from step ${steps.first} to ${steps.last}, ${type}; M = ${vocabulary}, ${count(tokens.length, 'logit')}; ${known.length > 0 ? known.join(', ') : 'rates not recorded'}.${onsetText}`,
    numerical(judgement),
    theory(judgement),
    ...reference(judgement),
  ];
  return [
    ...claims.flatMap((verdict) =>
      wrap((verdict.outcome === 'idle' ? NOT_ASKED : TOLD)[verdict.claim](judgement), width - NAME - 4).map(
        (line, i) =>
          i === 0
            ? `${MARKS[verdict.outcome]} ${verdict.claim.padEnd(NAME)}  ${line}`
            : `${' '.repeat(NAME + 4)}${line}`,
      ),
    ),
    ...said.flatMap((line) => wrap(line, width)),
    ...(all ? tables(judgement) : wrap(`Every token: ${again} --all; as JSON: --json.`, width)),
  ].join('\n');
}
