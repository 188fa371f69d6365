import { describe, expect, it } from 'vitest';
import faulty from '../../fixtures/kernels/faulty.mjs';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import { plain } from '../../src/report/colour.ts';
import { kernelText } from '../../src/report/kernelReport.ts';

/** Rows of a terminal of 80 columns: a longer line (a command to copy stays whole) takes several. */
const rowsOf = (text: string) =>
  text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / 80)), 0);

describe('the report of a failing kernel', () => {
  it('begins with the answer, and fits a terminal of 24 lines with the prompt', async () => {
    const result = await runKernel(inThread(faulty as unknown as Kernel, { timeLimit: 60_000 }));
    const file = '.snapcheck/kernels/faulty-01234567.features.json';
    const replay = `npx snapcheck kernel fixtures/kernels/faulty.mjs --replay ${file}`;
    const text = kernelText(result, { file, replay }, 80, plain);
    const [answer, kernel, ...rest] = text.split('\n');
    expect(answer).toBe('Fails: features exceeds its error bound');
    expect(kernel).toBe('kernel: faulty, float32, standard level');
    expect(rowsOf(text)).toBeLessThanOrEqual(23);
    for (const line of rest.filter((line) => !line.startsWith('replay: ')))
      expect(line.length, line).toBeLessThanOrEqual(80);
    const stages = text.match(/[✓✗] \w+ +[\d.e+]+/g)!.map((cell) => cell.split(' ')[1]);
    expect(stages).toEqual(result.stages.map(({ stage }) => stage));
  });
});
