/** Checks documents against a schema (zod), with our own messages and a cost that does not grow with the number of faults. */
import * as z from 'zod';
import { type Checked, Faults, MOST_COUNTED, MOST_LISTED } from './badInput.ts';
import { cameText, placeText } from './place.ts';
import { suggestion } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** The elements of lists and tables, for the JSON schema: zod does not know them. */
const elements = new WeakMap<object, z.ZodType>();

/** Checks entries one by one. zod would keep every issue and pass all as arguments: a hundred thousand are too many. */
function checkEach(
  entries: Iterable<readonly [PropertyKey, unknown]>,
  element: z.ZodType,
  add: (issue: Issue) => void,
): void {
  let listed = 0;
  let more = 0;
  for (const [key, entry] of entries) {
    // Faults that are only counted need no messages, which cost the most.
    const issues =
      listed < MOST_LISTED ? (element.safeParse(entry).error?.issues ?? []) : issuesOf(element, entry);
    for (const issue of issues) {
      const counted = moreOf(issue);
      if (counted === 0 && listed < MOST_LISTED) {
        listed += 1;
        add({ ...issue, path: [key, ...issue.path] });
      } else more += counted || 1;
    }
    if (more > MOST_COUNTED) break;
  }
  if (more > 0) add({ code: 'custom', path: [], message: '', params: { more } } as unknown as Issue);
}

/** The issues of a value, without messages. */
const issuesOf = (element: z.ZodType, value: unknown): Issue[] =>
  (element._zod.run({ value, issues: [] }, {}) as z.core.ParsePayload).issues as Issue[];

/** How many faults an issue counts without listing them. */
const moreOf = (issue: Issue): number =>
  issue.code === 'custom' ? Number((issue.params as { more?: number } | undefined)?.more ?? 0) : 0;

/** A list of `least` to `most` elements. `says` is its description in the JSON schema (`describe` would lose the elements). */
export function listOf<T extends z.ZodType>(
  element: T,
  { least = 0, most = Number.POSITIVE_INFINITY, says }: { least?: number; most?: number; says?: string } = {},
): z.ZodType<z.output<T>[]> {
  let list = z.array(z.unknown());
  if (least > 0) list = list.min(least);
  if (most < Number.POSITIVE_INFINITY) list = list.max(most);
  list = list.check(({ value, issues }) => {
    checkEach(value.entries(), element, (issue) => issues.push({ ...issue, input: value } as never));
  });
  if (says !== undefined) list = list.describe(says);
  elements.set(list, element);
  return list as unknown as z.ZodType<z.output<T>[]>;
}

/** An object with any keys. */
export function tableOf<T extends z.ZodType>(element: T): z.ZodType<Record<string, z.output<T>>> {
  const checked = z.looseObject({}).check(({ value, issues }) => {
    checkEach(Object.entries(value), element, (issue) => issues.push({ ...issue, input: value } as never));
  });
  elements.set(checked, element);
  return checked as unknown as z.ZodType<Record<string, z.output<T>>>;
}

/** The JSON schema of a schema made with `listOf`. */
export const jsonSchemaOf = (schema: z.ZodType): z.core.JSONSchema.BaseSchema =>
  z.toJSONSchema(schema, {
    override: ({ zodSchema, jsonSchema }) => {
      const element = elements.get(zodSchema);
      if (!element) return;
      const { $schema: _, ...items } = jsonSchemaOf(element);
      jsonSchema.items = items as typeof jsonSchema.items;
    },
  });

/** zod's names of kinds in words. */
const KINDS: Record<string, string> = {
  ...{ int: 'an integer', number: 'a number', string: 'a text', boolean: 'true or false' },
  ...{ array: 'a list', object: 'an object', tuple: 'a list' },
};

const plain = (message: string): string =>
  message
    .replace(/^(Invalid input|Invalid option|Too small|Too big): /, '')
    .replace(/, received.*$/s, '')
    .replace(/^expected (\w+)/, (_, kind: string) => `expected ${KINDS[kind] ?? kind}`)
    .replace(/ to (be|have) >=/, ' of at least ')
    .replace(/ to (be|have) <=/, ' of at most ')
    .replace(/ to be >/, ' above ')
    .replace(/ to be </, ' below ');

/** Unknown keys, one by one: each is a fault. */
function unknownKeys(
  { keys, path }: { keys: readonly string[]; path: readonly PropertyKey[] },
  known: readonly string[],
) {
  return keys
    .slice(0, MOST_LISTED + 1)
    .map((key) => `${placeText([...path, key])}: there is no such key${suggestion(key, known)}`);
}

/** The keys of a schema's object at a path; none if this cannot be determined. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  let at = schema;
  for (const key of path) {
    if (at instanceof z.ZodOptional) at = at.unwrap();
    at = at instanceof z.ZodObject ? at.shape[key as string] : elements.get(at as object);
  }
  if (at instanceof z.ZodOptional) at = at.unwrap();
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

const valueAt = (json: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], json);

/** A fault of sense at a place of a document. */
export interface ShapeFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Checks the shape, and then the sense.
 * @param across faults of sense; its argument may be anything, and it skips what does not have the shape
 * @param at the place of the checked part in its document
 */
export function checkShape<T extends z.ZodType>(
  schema: T,
  json: unknown,
  { across, at = [] }: { across?: (json: unknown) => Iterable<ShapeFault>; at?: readonly PropertyKey[] } = {},
): Checked<z.output<T>> {
  const faults = new Faults();
  const parsed = schema.safeParse(json);
  for (const issue of parsed.error?.issues ?? []) {
    const more = moreOf(issue);
    if (more > 0) faults.addMore(more);
    else if (issue.code === 'unrecognized_keys') {
      const texts = unknownKeys(
        { keys: issue.keys, path: [...at, ...issue.path] },
        keysAt(schema, issue.path),
      );
      for (const text of texts) faults.add(text);
      faults.addMore(issue.keys.length - texts.length);
    } else {
      const place = placeText([...at, ...issue.path]);
      const came = issue.code === 'custom' ? '' : `, got ${cameText(valueAt(json, issue.path))}`;
      faults.add(`${place && `${place}: `}${plain(issue.message)}${came}`);
    }
  }
  for (const { path, message } of across?.(json) ?? []) {
    faults.add(() => {
      const place = placeText([...at, ...path]);
      return `${place && `${place}: `}${message}`;
    });
    if (faults.full) break;
  }
  return parsed.success && faults.count === 0 ? { value: parsed.data as z.output<T> } : { faults };
}
