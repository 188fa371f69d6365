/** Suggestions for mistyped names. */

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** A longer text is not compared: no name is so long. */
const LONGEST = 60;

/** The known name nearest to `came`, if it is near enough, or begins with it. */
export function nearest(came: string, known: readonly string[]): string | undefined {
  if (came.length > LONGEST) return undefined;
  const typed = came.toLowerCase();
  const scored = known
    .map((name) => ({ name, cost: name.startsWith(typed) && typed ? 0 : editDistance(typed, name) }))
    .sort((a, b) => a.cost - b.cost);
  return scored[0] && scored[0].cost <= Math.max(1, Math.floor(typed.length / 3))
    ? scored[0].name
    : undefined;
}

/** `; did you mean "x"?`, or nothing. */
export const suggestion = (came: string, known: readonly string[]): string => {
  const name = nearest(came, known);
  return name === undefined ? '' : `; did you mean "${name}"?`;
};
