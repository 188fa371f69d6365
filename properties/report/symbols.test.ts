import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectation, FINDINGS, marked, STAGE_MARKS, VERDICTS } from '../../src/report/symbols.ts';

describe('symbols of results', () => {
  it.each([VERDICTS, FINDINGS, STAGE_MARKS])('tell outcomes apart without colour', (marks) => {
    const symbols = Object.values(marks).map(({ symbol }) => symbol);
    expect(new Set(symbols).size).toBe(symbols.length);
  });

  it('never say with one symbol what a statement does and whether that was expected', () => {
    const does = [VERDICTS, FINDINGS, STAGE_MARKS].flatMap((marks) => Object.values(marks));
    for (const good of [true, false])
      expect(does.map(({ symbol }) => symbol)).not.toContain(expectation(good).symbol);
    expect(marked(VERDICTS.violated)).toBe('✗ false');
  });

  it('are written in one module of the terminal reports', () => {
    const folder = new URL('../../src/report/', import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'symbols.ts'))
      expect(readFileSync(new URL(file, folder), 'utf8'), file).not.toMatch(/[✓✗≠★]/);
  });
});
