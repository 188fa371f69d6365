/** Claims in groups: what the paper is known for, its other statements by section, and what goes beyond it. */
import type { Row } from '../../verify/result.ts';
import { byClaim } from '../format.ts';

interface Group {
  readonly title: string;
  /** The rows of each claim. */
  readonly claims: readonly (readonly Row[])[];
}

export const HEADLINE_GROUP = 'The four claims the paper is known for';
export const BEYOND = 'Beyond the paper';
const OTHER = 'Other statements of the paper';

/** The statements of each section; a lemma of the appendix stands where it is used. */
const SECTIONS: readonly (readonly [title: string, statements: RegExp])[] = [
  ['Section 3: the model and its gradient', /^(section 3|Lemmas? [12])\b/],
  [
    'Section 4: how the decoder learns',
    /^(section 4|Lemmas? ([35-9]|1[0-7])|Theorem [15]|Corollary 1|Remark 1)\b/,
  ],
  ['Section 5: how attention learns', /^(section 5|Lemma 4|Theorem [23]|Corollary 2)\b/],
  ['Section 6: scan and snap', /^(section 6|Theorem 4|Appendix F|Figure 9)\b/],
];

const ORDER = [HEADLINE_GROUP, ...SECTIONS.map(([title]) => title), OTHER, BEYOND];

/** The group of a claim, by what it is a statement of. */
export function groupOf({ headline, source }: Pick<Row, 'headline' | 'source'>): string {
  if (headline) return HEADLINE_GROUP;
  if (/^own\b/.test(source)) return BEYOND;
  return SECTIONS.find(([, statements]) => statements.test(source))?.[0] ?? OTHER;
}

/** The groups that have a row, in the order of the paper; within a group claims keep the order given. */
export function groups(rows: readonly Row[]): Group[] {
  const claims = byClaim(rows);
  return ORDER.map((title) => ({
    title,
    claims: claims.filter(([first]) => groupOf(first) === title),
  })).filter(({ claims }) => claims.length > 0);
}
