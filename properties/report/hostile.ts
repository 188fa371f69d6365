/** A result in which every text that may come from outside is one text. */
import type { Result } from '../../src/verify/result.ts';
import { finding, open, result, unexpected } from './synthetic.ts';

/** What runs, loads or ends something where it is not escaped. */
export const HOSTILE = [
  '<script>window.ran=1</script>',
  '"><img src="http://evil.invalid/a" onerror="window.ran=1">',
  "'><svg onload='window.ran=1'></svg>",
  '<a href="javascript:window.ran=1">link</a>[link](javascript:window.ran=1)![](http://evil.invalid/b)',
  '</style><style>body{background:url(http://evil.invalid/c)}</style>',
  '</title></textarea></code></td></table><iframe src="http://evil.invalid/d"></iframe>',
  '<base href="http://evil.invalid/"><form action="http://evil.invalid/e"><input name="x"></form>',
  '`````` $& {{x}} ]]> &lt;b&gt; \u001b[31m\u009b2J \u202e\u2066 \ud800',
].join(' ');

/** Words of our own, which choose how something is shown. */
const OURS = new Set(['arithmetic', 'verdict', 'expected', 'outcome', 'decided', 'control', 'kind']);

const replaced = (value: unknown, text: string): unknown =>
  typeof value === 'string'
    ? text
    : Array.isArray(value)
      ? value.map((one) => replaced(one, text))
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value).map(([key, one]) => [key, OURS.has(key) ? one : replaced(one, text)]),
          )
        : value;

/** A result with all kinds of things to tell, and `text` in the place of each text. */
export function withTexts(text: string): Result {
  const all = result({ undecided: [open], findings: [finding()] });
  const [first] = all.counterexamples;
  const world = { note: 'text', list: ['text'] };
  const rows = [...all.rows, unexpected];
  return replaced({ ...all, rows, counterexamples: [first, { ...first, world }] }, text) as Result;
}
