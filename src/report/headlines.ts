import type { ClaimId } from '../atlas/settings.ts';
import { isOtherModel } from '../ladder/tree.ts';
import { type Paint, plain } from './colour.ts';

interface HeadlineWords {
  /** At most 45 characters: the pictures have no more room. */
  readonly title: string;
  /** In two to four words. */
  readonly brief: string;
  /** In ten characters. */
  readonly label: string;
}

/**
 * What the claims that the paper is known for say, in short: the only place with these words, for terminal, report and
 * pictures. `statement` of each claim says it in full.
 */
export const HEADLINES: Readonly<Record<ClaimId, HeadlineWords>> = {
  discriminative: {
    title: 'Distinct tokens gain, common ones lose',
    brief: 'Distinct gain, common lose',
    label: 'discrim.',
  },
  frequency: {
    title: 'More frequent distinct tokens gain more',
    brief: 'Frequent gain more',
    label: 'frequency',
  },
  sparsification: {
    title: 'Attention sharpens to a few tokens, not one',
    brief: 'Attention sharpens',
    label: 'sparse',
  },
  snap: {
    title: 'Attention looks frozen: it slows to ln ln t',
    brief: 'Attention looks frozen',
    label: 'snap',
  },
};

/** What a first screen shows of the headline claims: the rungs of the paper; those of other models where there are no others. */
export function firstRows<R extends { readonly headline: boolean; readonly rung: string }>(
  rows: readonly R[],
): R[] {
  const headlines = rows.filter(({ headline }) => headline);
  const own = headlines.filter(({ rung }) => !isOtherModel(rung));
  return own.length > 0 ? own : headlines;
}

/** The words of a claim; undefined where it is no headline. */
export const headlineWords = (claim: string): HeadlineWords | undefined =>
  Object.hasOwn(HEADLINES, claim) ? HEADLINES[claim as ClaimId] : undefined;

/** `snap (section 6): attention looks frozen: it slows to ln ln t`. */
export function headlineTitle(
  { claim, source }: { readonly claim: string; readonly source: string },
  paint: Paint = plain,
): string {
  const title = headlineWords(claim)?.title;
  const name = `${paint(claim, 'bold')} (${source})`;
  return title === undefined ? name : `${name}: ${title[0].toLowerCase()}${title.slice(1)}`;
}
