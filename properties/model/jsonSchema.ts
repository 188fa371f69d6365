/** The part of JSON Schema that the published file uses; any other keyword is an error, so that none is ignored. */

interface Schema {
  readonly [keyword: string]: unknown;
}

type Check = (value: unknown, argument: never, schema: Schema) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that do not constrain a value. */
const REMARKS = ['$schema', 'title', 'description'];

const KEYWORDS: Record<string, Check> = {
  type: (value, type: string) =>
    type === 'object'
      ? isObject(value)
      : type === 'array'
        ? Array.isArray(value)
        : type === 'integer'
          ? Number.isInteger(value)
          : typeof value === type,
  const: (value, only: unknown) => value === only,
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  maximum: (value, most: number) => typeof value !== 'number' || value <= most,
  exclusiveMinimum: (value, bound: number) => typeof value !== 'number' || value > bound,
  minItems: (value, least: number) => !Array.isArray(value) || value.length >= least,
  items: (value, schema: Schema) => !Array.isArray(value) || value.every((x) => satisfies(schema, x)),
  properties: (value, properties: Record<string, Schema>) =>
    !isObject(value) || Object.entries(properties).every(([k, s]) => !(k in value) || satisfies(s, value[k])),
  required: (value, names: string[]) => !isObject(value) || names.every((k) => k in value),
  additionalProperties: (value, allowed: boolean, schema) =>
    allowed || !isObject(value) || Object.keys(value).every((k) => k in (schema.properties as object)),
};

/** @throws Error on a keyword that is not known here */
export function satisfies(schema: Schema, value: unknown): boolean {
  return Object.entries(schema)
    .filter(([keyword]) => !REMARKS.includes(keyword))
    .every(([keyword, argument]) => {
      const check = KEYWORDS[keyword];
      if (!check) throw new Error(`JSON schema keyword ${keyword} is not known`);
      return check(value, argument as never, schema);
    });
}
