import { describe, expect, it } from 'vitest';
import faulty from '../../fixtures/kernels/faulty.mjs';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { type KernelResult, runKernel } from '../../src/kernels/run.ts';
import { junit, type TestSuite } from '../../src/report/junit.ts';
import { kernelSuites, verifySuites } from '../../src/report/junitSuites.ts';
import { schemaFaults } from './junitSchema.ts';
import { finding, result, row, rows, unexpected } from './synthetic.ts';
import { wellFormed } from './wellFormed.ts';

const MADE = new Date('2026-01-02T03:04:05.678Z');
const write = (suites: readonly TestSuite[]) => junit(suites, MADE);
const cases = (suites: readonly TestSuite[]) => suites.flatMap((suite) => suite.cases);

describe('JUnit XML', () => {
  const full = write(verifySuites(result({ rows: [...rows, unexpected], findings: [finding()] })));

  it('is well-formed and as the schema has it', () => {
    expect(wellFormed(full.replace(/^<\?.*\?>/, ''))).toBeUndefined();
    expect(schemaFaults(full)).toEqual([]);
  });

  it('notices what the schema forbids', () => {
    expect(schemaFaults(full.replace(/ hostname="\w+"/, ''))).not.toEqual([]);
    expect(schemaFaults(full.replace('tests="1"', 'tests="2"'))).not.toEqual([]);
    expect(schemaFaults(full.replace('T03:04:05"', 'T03:04:05Z"'))).not.toEqual([]);
    expect(schemaFaults(full.replace('<properties/>', ''))).not.toEqual([]);
  });

  it('escapes markup and replaces what XML cannot hold', () => {
    const xml = write([
      { name: '<a & "b">', cases: [{ classname: 'c', name: 'x\u0000\ud800y', seconds: 1 }] },
    ]);
    expect(wellFormed(xml.replace(/^<\?.*\?>/, ''))).toBeUndefined();
    expect(xml).toContain('name="&lt;a &amp; &quot;b&quot;&gt;"');
    expect(xml).toContain('name="x\\u0000\\ud800y"');
  });
});

describe('a run of verify', () => {
  it('has a suite per claim, a case per row and per finding, and no failure when all is as expected', () => {
    const suites = verifySuites(result({ findings: [finding()] }));
    expect(suites.map(({ name }) => name)).toEqual(['discriminative', 'conservation', 'findings']);
    expect(cases(suites)).toHaveLength(rows.length + 1);
    expect(cases(suites).filter(({ failure }) => failure)).toEqual([]);
    expect(cases(suites)[0].seconds).toBe(rows[2].seconds);
  });

  it('fails rows, controls, findings and stray counterexamples, each with what came', () => {
    const [known] = result().counterexamples;
    const suites = verifySuites(
      result({
        rows: [unexpected, rows[2]],
        findings: [finding({ outcome: 'refuted' })],
        counterexamples: [{ ...known, expected: false }],
      }),
    );
    const messages = cases(suites).map(({ failure }) => failure?.message);
    expect(messages).toEqual([
      'expected holds, found undecided; its control passes, so the check is vacuous',
      'a counterexample that was not expected',
      'expected confirmed, found refuted',
    ]);
    expect(cases(suites)[1].failure!.text).toContain(known.replay);
  });

  it('skips the row that an interruption cut short', () => {
    const cut = row({ control: 'not run', complete: false });
    const suites = verifySuites(result({ rows: [cut], interrupted: true }));
    expect(cases(suites)[0]).toMatchObject({ skipped: 'the run was interrupted' });
    expect(write(suites)).toContain('skipped="1"');
    expect(cases(verifySuites(result({ rows: [cut] })))[0].failure!.message).toBe('its control was not run');
  });
});

describe('a run of kernel', async () => {
  const told = await runKernel(inThread(faulty as unknown as Kernel, { timeLimit: 60_000 }));

  it('has a case per stage, and a failure where the bound was left', () => {
    const [suite] = kernelSuites(told);
    expect(suite.cases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(told.stages.map(({ stage }) => stage)),
    );
    const failed = suite.cases.filter(({ failure }) => failure);
    expect(failed.map(({ name }) => name)).toContain('features');
    expect(failed.find(({ name }) => name === 'features')!.failure!.text).toContain(
      'exceeds its error bound',
    );
    expect(schemaFaults(write([suite]))).toEqual([]);
  });

  it('fails warnings under strict unless they are accepted, and faults that are no stage', () => {
    const warning = { id: 'frozen-residual', text: 'it freezes', accepted: false };
    const fault = { ...told.failure!, fault: { ...told.failure!.fault, kind: 'crashed', message: 'gone' } };
    const made = {
      ...told,
      stages: [],
      warnings: [warning],
      failure: fault,
      strict: true,
    } as unknown as KernelResult;
    expect(cases(kernelSuites(made)).map(({ name, failure }) => [name, failure?.type])).toEqual([
      ['warning: frozen-residual', 'warning'],
      ['crashed', 'fault'],
    ]);
    const accepted = {
      ...made,
      warnings: [{ ...warning, accepted: true }],
      failure: null,
    } as unknown as KernelResult;
    expect(cases(kernelSuites(accepted)).filter(({ failure }) => failure)).toEqual([]);
  });
});
