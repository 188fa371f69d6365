/**
 * What is the matter with the paper's line, the gravest first:
 *
 * - `false as printed`: the line asserts something, and that is violated;
 * - `gap`: the assertion holds, and a step of its proof does not;
 * - `misprint`: the text around the line, or the line that follows from it, says what was meant;
 * - `constant or hypothesis that can be better`: nothing is wrong. A constant hidden in an O() or a "<~" is stated, a
 *   bound is sharper, or a hypothesis is weaker.
 */
export const KINDS = [
  'false as printed',
  'gap',
  'misprint',
  'constant or hypothesis that can be better',
] as const;
export type FindingKind = (typeof KINDS)[number];

export type FindingsByKind = Readonly<Record<FindingKind, number>>;

/** How many findings are of each kind. */
export const findingsByKind = (findings: readonly { readonly kind: FindingKind }[]): FindingsByKind =>
  Object.fromEntries(
    KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length]),
  ) as FindingsByKind;
