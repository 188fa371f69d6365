/** Places and values of a document, as messages show them. */
import { cut, LIMITS, safe } from './text.ts';

/** Text from outside in a line of ours: in quotes or bare, escaped, cut at 120 characters; `""` where it is empty. */
export function shown(text: string, quoted = true): string {
  const told = safe(JSON.stringify(cut(text, LIMITS.quoted)));
  return quoted || text === '' ? told : told.slice(1, -1);
}

/** `classes[0].tokens[2]`, counting from 0 as JSON does; empty for the document itself. */
export const placeText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = shown(String(key), false);
    return text ? `${text}.${name}` : name;
  }, '');

/** A value as a message shows it: short values in full, large ones by their kind. */
export function cameText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return Object.is(value, -0) ? '-0' : String(value);
}
