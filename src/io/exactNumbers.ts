/** Plain data as JSON that keeps the four numbers JSON does not have: NaN, both infinities and -0. */

const MARK = '#number';

const isOdd = (x: unknown): x is number => typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0));

/** The same data with each of the four numbers as `{ "#number": "NaN" }`; fields that are undefined are left out, as JSON does. */
export function exact(value: unknown): unknown {
  if (isOdd(value)) return { [MARK]: Object.is(value, -0) ? '-0' : String(value) };
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, exact(field)]])),
  );
}

/** What `exact` was given. */
export function inexact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inexact);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  if (fields.length === 1 && fields[0][0] === MARK) return Number(fields[0][1]);
  return Object.fromEntries(fields.map(([name, field]) => [name, inexact(field)]));
}
