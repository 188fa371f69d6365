import { type Paint, plain } from './colour.ts';

/** What the claims that the paper is known for say, in a line; `statement` of each says it in full. */
export const HEADLINES: Readonly<Record<string, string>> = {
  discriminative: 'distinct tokens gain attention, a common one loses',
  frequency: 'of two distinct tokens the more frequent one gains more',
  sparsification: 'attention sharpens to a few tokens, not one',
  snap: 'attention seems to freeze: logits slow from ln t to ln ln t',
};

/** `snap (section 6): logits first move like ln t, later like ln ln t`. */
export const headlineTitle = (
  { claim, source }: { readonly claim: string; readonly source: string },
  paint: Paint = plain,
): string => [`${paint(claim, 'bold')} (${source})`, HEADLINES[claim] ?? []].flat().join(': ');
