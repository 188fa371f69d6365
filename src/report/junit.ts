/**
 * Results as JUnit XML, which continuous integration reads. Valid against both schemas in use: the one of Ant's reports
 * (all attributes of a suite, `properties`, `system-out` and `system-err` present) and Jenkins's.
 */

import { safe } from '../io/text.ts';

/** One thing that was decided. */
export interface TestCase {
  /** What it belongs to, and its own name. */
  readonly classname: string;
  readonly name: string;
  readonly seconds: number;
  /** Present when it is not as it should be: a line, and the rest. */
  readonly failure?: { readonly message: string; readonly type: string; readonly text: string };
  /** Present when it was not decided, and why. */
  readonly skipped?: string;
}

export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

const escape = (text: string): string =>
  safe(text) // XML 1.0 cannot hold what it escapes
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');

const time = (seconds: number): string => seconds.toFixed(3);

function testCase({ classname, name, seconds, failure, skipped }: TestCase): string {
  const head = `<testcase classname="${escape(classname)}" name="${escape(name)}" time="${time(seconds)}"`;
  if (failure)
    return `    ${head}><failure message="${escape(failure.message)}" type="${escape(failure.type)}">${escape(failure.text)}</failure></testcase>`;
  return skipped === undefined
    ? `    ${head}/>`
    : `    ${head}><skipped message="${escape(skipped)}"/></testcase>`;
}

function testSuite({ name, cases }: TestSuite, id: number, timestamp: string): string {
  const number = (has: (one: TestCase) => boolean) => cases.filter(has).length;
  const failures = number(({ failure }) => failure !== undefined);
  const skipped = number(({ skipped }) => skipped !== undefined);
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return [
    `  <testsuite id="${id}" package="snapcheck" name="${escape(name)}" timestamp="${timestamp}" hostname="localhost" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time(seconds)}">`,
    '    <properties/>',
    ...cases.map(testCase),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n');
}

/** @param made when; the schema wants UTC to the second, without a zone */
export function junit(suites: readonly TestSuite[], made: Date): string {
  const timestamp = made.toISOString().slice(0, 19);
  const body = suites.map((suite, id) => testSuite(suite, id, timestamp));
  return `${['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...body, '</testsuites>'].join('\n')}\n`;
}
