/**
 * The symbols and words of results, the same in terminal, Markdown, JUnit, HTML and README. Two questions have their
 * own symbols: what a statement does (✓ holds, ✗ false, ? undecided), and whether that is what is expected (= or ≠). So
 * a statement that is known to be false on a rung reads `✗ false  =`. No two symbols differ by colour alone.
 */
import type { FindingOutcome } from '../findings/finding.ts';
import type { Verdict } from '../verify/result.ts';

interface Mark {
  readonly symbol: string;
  readonly word: string;
}

/** What a statement does on a rung. JSON and exit codes say `violated` for `false`: some world violates it. */
export const VERDICTS: Readonly<Record<Verdict, Mark>> = {
  holds: { symbol: '✓', word: 'holds' },
  violated: { symbol: '✗', word: 'false' },
  undecided: { symbol: '?', word: 'undecided' },
};

/** What became of a suspected slip of the paper: a confirmed one is a slip. */
export const FINDINGS: Readonly<Record<FindingOutcome, Mark>> = {
  confirmed: { symbol: '✓', word: 'confirmed' },
  refuted: { symbol: '✗', word: 'refuted' },
  open: { symbol: '?', word: 'open' },
};

/** Whether a kernel's stage stays within its error bound. */
export const STAGE_MARKS: Readonly<Record<'pass' | 'fail', Mark>> = {
  pass: { symbol: '✓', word: 'pass' },
  fail: { symbol: '✗', word: 'fail' },
};

export const EXPECTED: Mark = { symbol: '=', word: 'as expected' };
export const UNEXPECTED: Mark = { symbol: '≠', word: 'not as expected' };

/** Whether something came out as expected: a verdict, a finding, a control. */
export const expectation = (good: boolean): Mark => (good ? EXPECTED : UNEXPECTED);

/** What the paper is known for. */
export const HEADLINE = '★';

/** No value. */
export const NOTHING = '–';

/** `✓ holds`. */
export const marked = ({ symbol, word }: Mark): string => `${symbol} ${word}`;

/** What the symbols mean, each in a line. */
export const VERDICT_LEGEND = `${Object.values(VERDICTS).map(marked).join(', ')}; false: some world violates it`;
export const EXPECTED_LEGEND = `${marked(EXPECTED)}, ${marked(UNEXPECTED)}`;
