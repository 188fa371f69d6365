import type { Pattern } from './worlds.ts';

/** The sets of classes that share a token, one token each. */
type Shared = readonly (readonly number[])[];

/** Query tokens are far from contextual ones, and from targets. */
const QUERY = 30;

/**
 * One common token for each set of classes, and one distinct token in each class, two in class 0 and in a class that shares none; class
 * n has the query `queries[n]`.
 */
function patternOf(shared: Shared, queries: readonly number[], alike?: true): Pattern {
  let next = shared.length;
  const distinctOf = (n: number) => (!shared.some((set) => set.includes(n)) || (n === 0 && !alike) ? 2 : 1);
  const sets = shared.map((set) => `{${set.join()}}`).join(' ');
  return {
    name: `${queries.length} classes${alike ? ' alike' : ''}, tokens shared by ${sets}, queries ${queries.join()}`,
    classes: queries.map((query, n) => ({
      query: QUERY + query,
      tokens: [
        ...shared.flatMap((set, l) => (set.includes(n) ? [l] : [])),
        ...Array.from({ length: distinctOf(n) }, () => next++),
      ],
    })),
    ...(alike && { alike }),
  };
}

/** Every list of sets of three classes but the empty one. */
const ofThree: readonly Shared[] = Array.from({ length: 15 }, (_, i) =>
  [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 1, 2],
  ].filter((_, k) => ((i + 1) >> k) % 2 === 1),
);
const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** The same list for patterns that differ by the names of the classes alone. */
const canonical = (shared: Shared, queries: readonly number[]): string =>
  permutations
    .map((to) => {
      const sets = shared
        .map((set) =>
          set
            .map((n) => to[n])
            .sort()
            .join(''),
        )
        .sort();
      const moved = to.map((_, n) => queries[to.indexOf(n as 0 | 1 | 2)]);
      const names = [...new Set(moved)];
      return `${sets.join(' ')} / ${moved.map((q) => names.indexOf(q)).join('')}`;
    })
    .sort()[0];

/** Of patterns that differ by the names of the classes, the first. */
function distinctOnes(all: readonly (readonly [Shared, readonly number[]])[]): Pattern[] {
  const seen = new Set<string>();
  return all
    .filter(([shared, queries]) => {
      const name = canonical(shared, queries);
      return !seen.has(name) && seen.add(name);
    })
    .map(([shared, queries]) => patternOf(shared, queries));
}

/** Two classes that share one token or two, under one query or two. */
export const TWO_CLASSES: readonly Pattern[] = [
  [[0, 1]],
  [
    [0, 1],
    [0, 1],
  ],
].flatMap((shared) =>
  [
    [0, 0],
    [0, 1],
  ].map((queries) => patternOf(shared, queries)),
);

/** Up to the names of classes, every pattern of three classes that share at most one token per set of classes. */
export const THREE_CLASSES: readonly Pattern[] = distinctOnes(
  ofThree.flatMap((shared) =>
    [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 2],
    ].map((queries) => [shared, queries] as const),
  ),
);

/** Four classes: one token of all, a hub with two spokes and a class beside, a cycle under two queries. */
export const FOUR_CLASSES: readonly Pattern[] = [
  patternOf([[0, 1, 2, 3]], [0, 0, 0, 0]),
  patternOf(
    [
      [0, 1],
      [0, 2],
      [0, 3],
    ],
    [0, 1, 1, 2],
  ),
  patternOf(
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
    ],
    [0, 0, 1, 1],
  ),
];

/** Classes with the same probabilities that share one token or two: Corollary 2. */
export const ALIKE: readonly Pattern[] = [
  patternOf([[0, 1]], [0, 0], true),
  patternOf(
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
    [0, 0, 0],
    true,
  ),
  patternOf(
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ],
    [0, 0, 0, 0],
    true,
  ),
];

export const PATTERNS: readonly Pattern[] = [...TWO_CLASSES, ...THREE_CLASSES, ...FOUR_CLASSES];
