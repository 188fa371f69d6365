import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { BadInput } from '../io/badInput.ts';
import { crossFaults, type Problem, problemSchema } from '../model/problem.ts';

/** `classes[0].tokens[2]`, counting from 0 as JSON does. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );

/** What came at a path of the document, where it is short enough to show. */
function cameText(json: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], json);
  return value === undefined ? 'nothing' : typeof value === 'object' ? '' : JSON.stringify(value);
}

const issueText = (issue: z.core.$ZodIssue, json: unknown): string => {
  const at = pathText(issue.path);
  const message = issue.message
    .replace(/^(Invalid input|Too small|Too big): /, '')
    .replace('expected int,', 'expected an integer,')
    .replace('undefined', 'nothing')
    .replace(/ to (be|have) >=/, ' of at least ')
    .replace(/ to be >/, ' above ');
  const came = issue.code === 'unrecognized_keys' ? '' : cameText(json, issue.path);
  const told = came ? message.replace(/, received.*$/, '').concat(`, got ${came}`) : message;
  return at ? `${at}: ${told}` : told;
};

const readFault = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT'
    ? 'no such file'
    : error.code === 'EISDIR'
      ? 'it is a directory'
      : error.code === 'EACCES'
        ? 'no permission to read it'
        : error.message;

/** Every fault of a problem file, or the problem. */
export function checkProblem(file: string): { problem: Problem } | { faults: string[] } {
  const label = `problem file ${file}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { faults: [`${label}: ${readFault(error as NodeJS.ErrnoException)}`] };
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { faults: [`${label}: expected JSON, got ${jsonFault(text, (error as Error).message)}`] };
  }
  const parsed = problemSchema.safeParse(json);
  if (parsed.success) return { problem: parsed.data };
  // The schema stops at faults of shape; the others are added, so that one reading tells them all.
  const shape = parsed.error.issues.filter(({ code }) => code !== 'custom');
  const texts = [
    ...shape.map((issue) => issueText(issue, json)),
    ...crossFaults(json).map(({ path, message }) => `${pathText(path)}: ${message}`),
  ];
  return { faults: texts.map((text) => `${label}: ${text}`) };
}

const jsonFault = (text: string, message: string): string =>
  text.trim() === '' ? 'an empty file' : `a text that is cut off or malformed (${message})`;

/**
 * A problem from a JSON file that fits `problemSchema`.
 * @throws BadInput with every fault: unreadable, not JSON, or each place where it does not fit
 */
export function readProblem(file: string): Problem {
  const checked = checkProblem(file);
  if ('faults' in checked) throw new BadInput(checked.faults);
  return checked.problem;
}
