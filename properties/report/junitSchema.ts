/**
 * What the two JUnit schemas in use ask together, as far as it concerns this writer: the Ant task's (windyroad/JUnit-Schema,
 * JUnit.xsd: required attributes, `properties` first, `system-out` and `system-err` last) and Jenkins's xunit plug-in's
 * (junit-10.xsd: which attributes there are, one outcome a case).
 */
import { DOMParser } from 'linkedom';

const SUITE = [
  'id',
  'package',
  'name',
  'timestamp',
  'hostname',
  'tests',
  'failures',
  'errors',
  'skipped',
  'time',
];
const CASE = ['classname', 'name', 'time'];
const NUMBER = /^\d+(\.\d+)?$/;

const names = (element: Element): string[] => [...element.attributes].map(({ name }) => name);
const kinds = (element: Element): string[] => [...element.children].map(({ localName }) => localName);

/** Every breach, in words. */
export function schemaFaults(xml: string): string[] {
  const faults: string[] = [];
  if (!xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')) faults.push('no XML declaration');
  const root: Element | null = new DOMParser().parseFromString(xml, 'text/xml')
    .documentElement as unknown as Element;
  if (root?.localName !== 'testsuites') return ['the root is not testsuites'];
  if (names(root).length > 0) faults.push('testsuites has attributes, which the Ant schema forbids');
  for (const [i, suite] of [...root.children].entries()) {
    if (suite.localName !== 'testsuite') faults.push(`${suite.localName} in testsuites`);
    if (names(suite).join() !== SUITE.join()) faults.push(`attributes of suite ${i}: ${names(suite)}`);
    if (suite.getAttribute('id') !== String(i)) faults.push(`suite ${i} has another id`);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(suite.getAttribute('timestamp') ?? ''))
      faults.push(`timestamp ${suite.getAttribute('timestamp')}`);
    const order = kinds(suite);
    const inner = order.slice(1, -2);
    if (order[0] !== 'properties' || order.slice(-2).join() !== 'system-out,system-err')
      faults.push(`order in suite ${i}: ${order}`);
    if (inner.some((kind) => kind !== 'testcase')) faults.push(`children of suite ${i}: ${inner}`);
    const cases = [...suite.querySelectorAll('testcase')];
    const count = (selector: string) => cases.filter((one) => one.querySelector(selector)).length;
    for (const [name, number] of [
      ['tests', cases.length],
      ['failures', count('failure')],
      ['errors', count('error')],
      ['skipped', count('skipped')],
    ] as const)
      if (suite.getAttribute(name) !== String(number)) faults.push(`${name} of suite ${i} is not ${number}`);
    for (const one of cases) {
      if (names(one).join() !== CASE.join()) faults.push(`attributes of a case: ${names(one)}`);
      if (one.children.length > 1) faults.push('a case with two outcomes');
      const [outcome] = one.children;
      if (outcome && !['failure', 'skipped'].includes(outcome.localName)) faults.push(outcome.localName);
      if (outcome?.localName === 'failure' && names(outcome).join() !== 'message,type')
        faults.push(`attributes of a failure: ${names(outcome)}`);
    }
    for (const timed of [suite, ...cases])
      if (!NUMBER.test(timed.getAttribute('time') ?? '')) faults.push(`time ${timed.getAttribute('time')}`);
  }
  return faults;
}
