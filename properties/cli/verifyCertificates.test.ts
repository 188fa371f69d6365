// heavy: 5 s
/** `verify --certificates`: what it writes and says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { runVerify, type Verifier } from '../../src/cli/verify.ts';
import { hasPython } from '../verify/certificateFiles.ts';
import { stubVerifier } from './stubVerifier.ts';
import { type Flags, given } from './words.ts';

const run = (operands: readonly string[], flags: Flags, verifier?: Verifier) =>
  runVerify(given(commands.verify.options, operands, flags), verifier);

let [dir, out, err] = ['', '', ''];
beforeEach(() => {
  [dir, out, err] = [mkdtempSync(join(tmpdir(), 'snapcheck-certificates-')), '', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    err += chunk;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

describe('verify --certificates', () => {
  const flags = { rung: ['two-timescale'], runs: '2' };

  it('writes a file of each row and an index, and says how they are checked', async () => {
    const folder = join(dir, 'new folder');
    expect(await run(['speed'], { ...flags, certificates: folder })).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['index.json', 'speed.two-timescale.jsonl']);
    const { rows, whole } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    expect(whole).toBe(true);
    expect(rows).toHaveLength(1);
    expect(rows[0].certificates.map(({ name }: { name: string }) => name)).toEqual(['world 0', 'world 1']);
    const [told, command] = out.trimEnd().split('\n').slice(-2);
    expect(told).toContain(`Certificates: 2 worlds of 1 row, in ${folder}`);
    expect(command).toMatch(/^python3 \S+check_certificates\.py '.*new folder'$/);
    if (hasPython)
      expect(spawnSync(command, { shell: true, encoding: 'utf8' }).stdout).toContain(
        '2 certificates confirmed',
      );
  });

  it('keeps standard output for the document', async () => {
    expect(await run(['speed'], { ...flags, certificates: dir, json: true })).toBe(0);
    expect(JSON.parse(out).rows).toHaveLength(1);
    expect(err).toContain('Certificates: 2 worlds');
  });

  it('writes none of a run that was cut short', async () => {
    await run([], { certificates: dir }, stubVerifier({ interrupted: true }));
    expect(err).toContain('No certificates: the run was cut short.');
    expect(readdirSync(dir)).toEqual([]);
  });

  it('stops at a signal, and the index says so', async () => {
    const verifier = stubVerifier();
    const real = await import('../../src/verify/verify.ts');
    const held = await real.verifyAndHold({ claims: ['speed'], rungs: ['two-timescale'], runs: 2 });
    const stopped: Verifier = {
      ...verifier,
      verifyAndHold: async () => {
        process.emit('SIGINT');
        return held;
      },
    };
    expect(await run([], { certificates: dir }, stopped)).toBe(130);
    const { whole } = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8'));
    expect(whole).toBe(false);
    expect(err).toContain('Certificates cut short: 0 worlds of 0 rows');
  });
});
