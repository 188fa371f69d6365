// heavy: 7 s
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { runVerify as runWords, type Verifier } from '../../src/cli/verify.ts';
import { heed } from '../../src/report/heed.ts';
import type * as figures from '../../src/report/pictures/figures.ts';
import { finding, open, result, unexpected } from '../report/synthetic.ts';
import { stubVerifier } from './stubVerifier.ts';
import { type Flags, given } from './words.ts';

/** The pictures of trained worlds are the same in every report: they are made once. */
vi.mock('../../src/report/pictures/figures.ts', async (original) => {
  const real = await original<typeof figures>();
  let made: ReturnType<typeof figures.dynamicsFigures> | undefined;
  const dynamicsFigures: typeof figures.dynamicsFigures = async (signal) => {
    await heed(signal);
    made ??= real.dynamicsFigures();
    return made;
  };
  return { ...real, dynamicsFigures };
});

const runVerify = (operands: readonly string[], flags: Flags, verifier: Verifier) =>
  runWords(given(commands.verify.options, operands, flags), verifier);

let out = '';
let err = '';
const catcher = (add: (text: string) => void) => (chunk: unknown) => {
  add(String(chunk));
  return true;
};

beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation(catcher((text) => (out += text)));
  vi.spyOn(process.stderr, 'write').mockImplementation(catcher((text) => (err += text)));
});
afterEach(() => vi.restoreAllMocks());

describe('snapcheck verify', () => {
  it('prints the answer in one screen, whose last line says whether it is as expected, and returns 0', async () => {
    expect(await runVerify([], {}, stubVerifier())).toBe(0);
    expect(out).toMatch(
      /^discriminative \(Theorem 2\): distinct tokens gain.*\n {2}population .*✗ false.*\n {2}two-timescale .*✓ holds/,
    );
    expect(out).toContain('Training (long sequences');
    expect(out).not.toMatch(/Counterexamples|Checked/);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^= As expected: 3 verdicts/);
  });

  it('prints every row with --all, and counterexamples with --counterexamples, above it', async () => {
    expect(await runVerify([], { all: true, counterexamples: true }, stubVerifier())).toBe(0);
    const at = ['Checked:', 'Counterexamples', '(Theorem 2): ', 'As expected:'].map((text) =>
      out.indexOf(text),
    );
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
  });

  it('prints the table, the counterexamples and one closing line of what is named', async () => {
    expect(await runVerify(['discriminative'], {}, stubVerifier())).toBe(0);
    const at = ['two-timescale', 'Counterexamples', 'replay:', 'As expected:'].map((text) =>
      out.indexOf(text),
    );
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^= As expected: 3 verdicts/);
  });

  it('prints findings and undecided worlds, and returns 1 when a finding is not as expected', async () => {
    expect(await runVerify([], {}, stubVerifier({ findings: [finding()] }))).toBe(0);
    expect(out).toContain('1 line to mend: 1 misprint  =');
    expect(await runVerify([], { all: true }, stubVerifier({ findings: [finding()] }))).toBe(0);
    expect(out).toContain('✓ confirmed  equation-88');
    const change = { findings: [finding({ outcome: 'open' })], undecided: [open] };
    expect(await runVerify([], { all: true }, stubVerifier(change))).toBe(1);
    expect(out).toContain('Undecided: 1 of 600 worlds');
  });

  it('returns 1 when a verdict is not the expected one', async () => {
    expect(await runVerify([], {}, stubVerifier({ rows: [unexpected] }))).toBe(1);
    expect(out).toContain('Not as expected: 1 of 1 verdict');
  });

  it('prints what was found before an interruption, and returns 130', async () => {
    expect(await runVerify([], {}, stubVerifier({ interrupted: true }))).toBe(130);
    expect(out).toContain('1 other claim');
    expect(out).toContain('Interrupted; as expected so far');
  });

  it('forgets what it keeps when the result is told, and not before', async () => {
    const stub = stubVerifier();
    const verifyAndHold: typeof stub.verifyAndHold = async (asked) => {
      const held = await stub.verifyAndHold(asked);
      return { ...held, release: (told) => held.release(told && out.includes('As expected:')) };
    };
    await runVerify([], {}, { ...stub, verifyAndHold });
    expect(stub.told).toEqual([true]);
  });

  it('puts one JSON document alone on standard output', async () => {
    expect(await runVerify([], { json: true }, stubVerifier())).toBe(0);
    expect(JSON.parse(out)).toEqual(result());
    expect(err).toContain('As expected');
  });

  it('hands on what was asked for', async () => {
    const stub = stubVerifier();
    const flags = { rung: ['population'], seed: '-7', digits: '50' };
    const same = { claims: ['discriminative'], rungs: ['population'], seed: -7, digits: 50 };
    await runVerify(['discriminative'], { ...flags, runs: '1000' }, stub);
    await runVerify(['discriminative'], { ...flags, path: '3:0' }, stub);
    expect(stub.options).toMatchObject([
      { ...same, runs: 1000 },
      { ...same, path: '3:0' },
    ]);
  });

  it('asks for everything by default', async () => {
    const stub = stubVerifier();
    await runVerify([], {}, stub);
    for (const [name, value] of Object.entries(stub.options[0]))
      if (!['signal', 'onProgress', 'onUnwritten', 'onNote'].includes(name))
        expect(value, name).toBeUndefined();
  });

  it('aborts at the first SIGINT, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    const stub = stubVerifier();
    const verifyAndHold: typeof stub.verifyAndHold = async (options) => {
      process.emit('SIGINT', 'SIGINT');
      return { result: result({ interrupted: options.signal!.aborted }), release: () => {} };
    };
    expect(await runVerify([], {}, { ...stub, verifyAndHold })).toBe(130);
    expect(err).toContain('Interrupted: stopping');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  describe('with a report', () => {
    let dir: string;
    let report: string;
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'snapcheck-'));
      report = join(dir, 'out');
    });
    afterEach(() => rmSync(dir, { recursive: true }));
    /** What happens when the closing line is told, on whichever stream. */
    const onTold = (happens: () => void) => {
      const heard = (add: (text: string) => void) =>
        catcher((text) => {
          add(text);
          if (text.includes('As expected')) happens();
        });
      vi.mocked(process.stdout.write).mockImplementation(heard((text) => (out += text)));
      vi.mocked(process.stderr.write).mockImplementation(heard((text) => (err += text)));
    };

    it.each([false, true])(
      'tells the result before that is begun, then says where (json: %s)',
      async (json) => {
        let begun: boolean | undefined;
        onTold(() => {
          begun = existsSync(report) && readdirSync(report).length > 0;
        });
        expect(await runVerify([], { report, json }, stubVerifier())).toBe(0);
        expect(begun).toBe(false);
        expect(json ? err : out).toContain(`Report: ${join(report, 'report.html')}`);
        if (json) expect(JSON.parse(out)).toEqual(result());
        expect(readdirSync(report)).toContain('result.json');
      },
    );

    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('ends with it at %s while the report is made, and says so', async (name, code) => {
      onTold(() => setImmediate(() => process.emit(name, name)));
      const stub = stubVerifier();
      expect(await runVerify([], { report }, stub)).toBe(code);
      expect(err).toMatch(/Interrupted: everything is decided and printed, the report is cut short/);
      expect(err).toContain(
        `cut short; written: ${join(report, 'result.json')}, ${join(report, 'junit.xml')}`,
      );
      expect(readdirSync(report).sort()).toEqual(['junit.xml', 'result.json']);
      expect(out).not.toContain('Report:');
      expect(stub.told).toEqual([true]);
    });

    it('is whole of a run that was cut short before', async () => {
      const stub = stubVerifier();
      const verifyAndHold: typeof stub.verifyAndHold = async () => {
        process.emit('SIGTERM', 'SIGTERM');
        return { result: result({ interrupted: true }), release: () => {} };
      };
      expect(await runVerify([], { report }, { ...stub, verifyAndHold })).toBe(143);
      expect(readdirSync(report)).toContain('report.html');
      expect(err).toContain('what is decided is printed');
    });
  });
});

describe('snapcheck verify --path', () => {
  const flags = { rung: ['population'], seed: '1', path: '3:0' };
  const replay = (stub: ReturnType<typeof stubVerifier>) => runVerify(['discriminative'], flags, stub);
  const [known] = result().counterexamples;

  it('tells the world, and succeeds when its violation was expected', async () => {
    expect(await replay(stubVerifier({ rows: [] }))).toBe(0);
    expect(out).toContain('{"vocabulary":6}');
    expect(out).toContain('in this world the statement is violated (expected');
  });

  it('fails when it was not expected', async () => {
    expect(await replay(stubVerifier({ rows: [], counterexamples: [{ ...known, expected: false }] }))).toBe(
      1,
    );
    expect(out).toContain('NOT expected');
  });

  const given = { ...known, hypotheses: 'not checked', path: 'world.json' } as const;

  it('says of a world in a file that it is taken as given, and that it refutes nothing', async () => {
    const shown = stubVerifier({ rows: [], counterexamples: [{ ...given, expected: false }] });
    expect(await replay(shown)).toBe(1);
    const told = out.replaceAll('\n', ' ');
    expect(told).toContain('statement is violated (the hypotheses of the statement are not checked; ');
    expect(told).toContain(
      'The world is taken as given from world.json. Its numbers are checked; whether it satisfies the hypotheses of the statement is not, so it does not refute the statement.',
    );
    expect(out).not.toContain('NOT expected');
  });

  it.each(['violated', 'held', 'undecided'] as const)(
    'says so when it is %s as well, and beside a document',
    async (outcome) => {
      const stub = stubVerifier({ rows: [], counterexamples: [{ ...given, outcome }] });
      expect(await runVerify(['discriminative'], { ...flags, json: true }, stub)).toBe(0);
      expect(JSON.parse(out).counterexamples[0].hypotheses).toBe('not checked');
      expect(err).toContain('The world is taken as given from world.json.');
      expect(err).not.toContain('refute');
    },
  );

  it('says when nothing is violated any more', async () => {
    const held = { ...known, outcome: 'held' as const, expected: false };
    expect(await replay(stubVerifier({ rows: [], counterexamples: [held] }))).toBe(0);
    expect(out).toContain('in this world the statement held');
  });

  it('refuses a path that leads nowhere', async () => {
    await expect(replay(stubVerifier({ rows: [], counterexamples: [] }))).rejects.toMatchObject({
      faults: [expect.stringContaining('which leads to none')],
    });
  });
});

describe('snapcheck verify --list', () => {
  it('tells claims, sources, statements, rungs and expectations, headline claims first, and runs nothing', async () => {
    const stub = stubVerifier();
    expect(await runVerify([], { list: true, all: true }, stub)).toBe(0);
    expect(stub.options).toHaveLength(0);
    expect(out).toMatch(
      /^discriminative {2}Theorem 2 {2}★\n {2}Every distinct.*\n {4}population {5}measured, expected: ✗ false\n {4}two-timescale {2}certified, expected: ✓ holds/,
    );
  });

  it('tells the findings too: after all claims, or alone', async () => {
    await runVerify([], { list: true, all: true }, stubVerifier());
    expect(out).toMatch(/discriminative[\s\S]*equation-88 {2}Appendix D.5, Eq. 88/);
    out = '';
    await runVerify([], { list: true, findings: true, all: true }, stubVerifier());
    expect(out).toContain('equation-88');
    expect(out).not.toContain('discriminative');
  });

  it('tells the names alone by default, and of claims that are named everything', async () => {
    await runVerify([], { list: true }, stubVerifier());
    expect(out).toContain('1 other claim: conservation\n');
    expect(out).not.toContain('Row sums do not move');
    out = '';
    await runVerify(['conservation'], { list: true }, stubVerifier());
    expect(out).toContain('Row sums do not move');
  });

  it('is one JSON document with --json, of the claims that were named', async () => {
    await runVerify(['conservation'], { list: true, json: true }, stubVerifier());
    const { schema, claims, findings } = JSON.parse(out);
    expect(findings).toEqual([]);
    expect(schema).toBe(1);
    expect(claims.map(({ claim }: { claim: string }) => claim)).toEqual(['conservation']);
  });
});
