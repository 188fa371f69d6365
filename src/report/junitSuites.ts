/** What of a run is a test case: a row, a finding, a stage of a kernel. */
import { safeLine } from '../io/text.ts';
import type { KernelResult } from '../kernels/run.ts';
import type { FindingRow, Result, Row } from '../verify/result.ts';
import { rowFaults } from './closing.ts';
import { findingExpected } from './findings.ts';
import { byClaim, cutShort, short } from './format.ts';
import type { TestCase, TestSuite } from './junit.ts';
import { faultText } from './kernelReport.ts';

function rowCase(row: Row, result: Result): TestCase {
  const { claim, rung, seconds, statement, held, violated, undecided, decided } = row;
  const base = { classname: `snapcheck.${claim}`, name: `${claim} on ${rung}`, seconds };
  if (result.interrupted && cutShort(row)) return { ...base, skipped: 'the run was interrupted' };
  const stray = result.counterexamples.filter(
    (c) => c.claim === claim && c.rung === rung && !c.expected && c.outcome !== 'held',
  );
  const faults = [...rowFaults(row), ...(stray.length > 0 ? ['a counterexample that was not expected'] : [])];
  if (faults.length === 0) return base;
  const text = [
    statement,
    `Worlds held/violated/undecided: ${held}/${violated}/${undecided} (${decided}).`,
    ...(row.worstMargin === null ? [] : [`Worst margin: ${short(row.worstMargin)}.`]),
    ...stray.flatMap(({ words, replay }) => [words, `replay: ${replay}`]),
  ];
  return { ...base, failure: { message: faults.join('; '), type: 'verdict', text: text.join('\n') } };
}

function findingCase(finding: FindingRow): TestCase {
  const { id, place, seconds, outcome, expected, evidence } = finding;
  const base = { classname: 'snapcheck.findings', name: `${id}: ${place}`, seconds };
  if (findingExpected(finding)) return base;
  return {
    ...base,
    failure: { message: `expected ${expected}, found ${outcome}`, type: 'finding', text: evidence },
  };
}

/** A suite per claim with a case per rung, and one of the findings. */
export function verifySuites(result: Result): TestSuite[] {
  const claims = byClaim(result.rows).map((block) => ({
    name: block[0].claim,
    cases: block.map((row) => rowCase(row, result)),
  }));
  const { findings } = result;
  return findings.length > 0 ? [...claims, { name: 'findings', cases: findings.map(findingCase) }] : claims;
}

/**
 * One suite: a case per stage; one per warning, which fails under `strict` unless it was accepted; and one
 * for a fault that is not a stage (a crash, garbage, a long run). The time of a run is not kept by stage: the first case
 * carries it.
 */
export function kernelSuites(result: KernelResult): TestSuite[] {
  const kernel = safeLine(result.kernel);
  const { stages, failure, warnings, strict, seconds, interrupted } = result;
  const classname = `snapcheck.kernel.${kernel}`;
  const told = failure
    ? faultText(failure.fault, failure.calls[Math.min(failure.fault.call, failure.calls.length - 1)])
    : '';
  const atStage = stages.some(({ stage }) => stage === failure?.fault.kind);
  const cases: TestCase[] = [
    ...stages.map(({ stage, worstRatio, verdict }) => ({
      classname,
      name: stage,
      seconds: 0,
      ...(verdict === 'pass'
        ? {}
        : {
            failure: {
              message: `worst error/bound ${short(worstRatio)}`,
              type: 'stage',
              text: failure?.fault.kind === stage ? told : `error/bound ${short(worstRatio)}`,
            },
          }),
    })),
    ...warnings.map(({ id, text, accepted }) => ({
      classname,
      name: `warning: ${id}`,
      seconds: 0,
      ...(strict && !accepted ? { failure: { message: text, type: 'warning', text } } : {}),
    })),
    ...(failure && !atStage
      ? [
          {
            classname,
            name: failure.fault.kind,
            seconds: 0,
            failure: { message: told, type: 'fault', text: told },
          },
        ]
      : []),
    ...(interrupted ? [{ classname, name: 'the rest', seconds: 0, skipped: 'the run was interrupted' }] : []),
  ];
  return [{ name: kernel, cases: cases.map((one, i) => (i === 0 ? { ...one, seconds } : one)) }];
}
