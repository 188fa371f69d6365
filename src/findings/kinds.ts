/**
 * The kinds of slips, the most serious first:
 *
 * - `false as printed`: the assertion of the line is violated;
 * - `gap`: the assertion holds, but a step of its proof does not;
 * - `misprint`: the text around the line, or a line that follows from it, shows the intended statement;
 * - `constant or hypothesis that can be better`: nothing is wrong. The correction states the constant of an O() or a "<~",
 *   a sharper bound, or a weaker hypothesis.
 */
export const KINDS = [
  'false as printed',
  'gap',
  'misprint',
  'constant or hypothesis that can be better',
] as const;
/** What is the matter with a line of the paper; `KINDS` explains each. */
export type FindingKind = (typeof KINDS)[number];

/** A count for each kind. */
export type FindingsByKind = Readonly<Record<FindingKind, number>>;

/** Number of findings of each kind. */
export const findingsByKind = (findings: readonly { readonly kind: FindingKind }[]): FindingsByKind =>
  Object.fromEntries(
    KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length]),
  ) as FindingsByKind;
