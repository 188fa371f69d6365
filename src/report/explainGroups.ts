/** Tokens with the same fate and the same kind of reason, so that hundreds of them take a few lines. */
import type { Explanation, TokenFate } from '../explain/explain.ts';
import { count, short, wrap } from './format.ts';

/** `1, 2, 11..20`: three or more ids in a row are a range; of more than `most` parts, the first and how many ids follow. */
export function idText(ids: readonly number[], most = Number.POSITIVE_INFINITY): string {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const runs: number[][] = [];
  for (const id of sorted) {
    const last = runs.at(-1);
    if (last && id === last[last.length - 1] + 1) last.push(id);
    else runs.push([id]);
  }
  const parts = runs.flatMap((run) => (run.length > 2 ? [run] : run.map((id) => [id])));
  const texts = parts
    .slice(0, most)
    .map((run) => (run.length > 1 ? `${run[0]}..${run[run.length - 1]}` : String(run[0])));
  const rest = parts.slice(most).reduce((sum, run) => sum + run.length, 0);
  if (rest > 0) return `${texts.join(', ')} and ${rest} more`;
  return texts.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** `token 3`, `tokens 11..20`. */
export const tokensText = (ids: readonly number[], most?: number): string =>
  `${new Set(ids).size === 1 ? 'token' : 'tokens'} ${idText(ids, most)}`;

/** Whether the sign at this M is another than for M -> inf. */
const turns = ({ form, predicted }: TokenFate): boolean =>
  form !== null && predicted !== 'stays' && Math.sign(form.limit) !== Math.sign(form.value);

/** `0.12`, or `0.12 to 0.45`. */
function rangeOf(xs: readonly number[]): string {
  const [low, high] = [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))].map(short);
  return low === high ? low : `${low} to ${high}`;
}

/** What `whyOf` says of one token, and the same of several. */
const OF_SEVERAL: readonly (readonly [RegExp, string])[] = [
  [/uses it, and it distinguishes/, 'uses them, and they distinguish'],
  [/uses it,/, 'uses them,'],
  [/\bits (attention|gain|loss)/g, 'their $1'],
  [/\bit (gain|lose)s like a (distinct|common) token/, 'they $1 like $2 tokens'],
  [/\bit (gain|lose|stay)s\.$/, 'they $1.'],
];
const whyOfAll = ([{ why }, ...more]: readonly TokenFate[]): string =>
  more.length === 0 ? why : OF_SEVERAL.reduce((text, [one, many]) => text.replace(one, many), why);

/** The reason of all tokens of a group in one sentence; their own where they have the same. */
function reasonOf(fates: readonly TokenFate[], vocabulary: number): string {
  const [first] = fates;
  if (fates.every(({ why }) => why === first.why)) return whyOfAll(fates);
  const finite = turns(first) ? ` That is for M -> inf; at M = ${vocabulary} the sign is the other.` : '';
  const forms = fates.map(({ form }) => form!);
  if (first.kind === 'common') {
    const uses = fates.map(({ phi }) => {
      const sizes = phi.map(([, x]) => x);
      return sizes.reduce((a, b) => Math.max(a, b)) / sizes.reduce((a, b) => Math.min(a, b));
    });
    const range = rangeOf(uses);
    const times =
      range === '1'
        ? 'used about equally by each of their classes'
        : `${range.replace(/^1 to/, 'up to')} times more used by one class than by another`;
    const wins = forms[0].limit > 0;
    return `${times}: gain in single classes (${rangeOf(forms.map(({ own }) => own))}) ${wins ? 'outweighs' : 'does not outweigh'} loss from sharing (${rangeOf(forms.map(({ shared }) => -shared))}).${finite}`;
  }
  if (first.predicted === 'stays')
    return `each is used by a single class, which shares no token with another.${finite}`;
  if (first.predicted === 'gains')
    return `each is used by a single class, and distinguishes it from those that overlap it.${finite}`;
  const xi = fates.map(({ form, phi }) => form!.value / phi[0][1] ** 2);
  return `each is used by a single class, yet xi = ${rangeOf(xi)}: its overlaps are too large for Theorem 2 (a hub).${finite}`;
}

interface Group {
  readonly fates: readonly TokenFate[];
  readonly reason: string;
}

/** Tokens of all rows by fate, kind and kind of reason, the largest group first. */
export function groupsOf({ tokens, vocabulary }: Pick<Explanation, 'tokens' | 'vocabulary'>): Group[] {
  const groups = new Map<string, TokenFate[]>();
  for (const fate of tokens) {
    const { kind, predicted, form } = fate;
    const key = [kind, predicted, turns(fate), form && Math.sign(form.limit)].join(' ');
    const own = groups.get(key);
    if (own) own.push(fate);
    else groups.set(key, [fate]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((fates) => ({ fates, reason: reasonOf(fates, vocabulary) }));
}

/** Tokens of one row with the same words, in the order of the first: `tokens 11..20 (query 5) gains: only class 3 ..`. */
export function reasonLines(tokens: readonly TokenFate[], width: number): string[] {
  const same = new Map<string, TokenFate[]>();
  for (const fate of tokens) {
    const key = `${fate.query} ${fate.predicted} ${fate.why}`;
    const own = same.get(key);
    if (own) own.push(fate);
    else same.set(key, [fate]);
  }
  return [...same.values()].flatMap((fates) => {
    const [{ query, predicted }] = fates;
    return wrap(
      `${tokensText(fates.map(({ token }) => token))} (query ${query}) ${verb(predicted, fates.length)}: ${whyOfAll(fates)}`,
      width,
      '  ',
    );
  });
}

const verb = (predicted: TokenFate['predicted'], many: number): string =>
  predicted === 'unknown' ? predicted : many === 1 ? predicted : predicted.replace(/s$/, '');

/** Parts of a list of ids on the first screen. */
const PARTS = 4;

/** The groups with their reasons, in at most `most` lines; groups that do not fit are counted. */
export function groupLines(e: Explanation, width: number, most: number): string[] {
  const queries = new Set(e.tokens.map(({ query }) => query));
  const lines: string[] = [];
  const groups = groupsOf(e);
  for (const [i, { fates, reason }] of groups.entries()) {
    const ids = fates.map(({ token }) => token);
    const rows = new Set(fates.map(({ query }) => query));
    const where =
      queries.size === 1
        ? ''
        : rows.size === 1
          ? ` (query ${[...rows][0]})`
          : ` (${count(fates.length, 'logit')} of ${count(rows.size, 'query token')})`;
    const words = `${tokensText(ids, PARTS)}${where}, ${fates[0].kind}, ${verb(fates[0].predicted, fates.length)}: ${reason}`;
    const own = wrap(words, width - 2, '  ').map((line, k) => (k === 0 ? line : `  ${line}`));
    const left = groups.length - i;
    if (lines.length + own.length + (left > 1 ? 1 : 0) > most)
      return [...lines, `  and ${count(left, 'more reason')}.`];
    lines.push(...own);
  }
  return lines;
}
