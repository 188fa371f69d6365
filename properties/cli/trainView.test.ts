/** `train --watch` in a terminal made of a grid of characters. */
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { drawable, trainView } from '../../src/cli/trainView.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';

const PROMPT = '$ snapcheck train --watch';

/** A terminal that knows what `--watch` writes: characters, line ends, up, wipe to the end, cursor. Long lines wrap. */
function terminal(columns: number, rows: number) {
  // A line of the shell stands above, and must stay.
  const grid: string[][] = [[...PROMPT], []];
  let [row, column, hidden, wrapped] = [1, 0, false, 0];
  const stream = new Writable({
    write(chunk, _, done) {
      const text = String(chunk).replaceAll('\u001b', '␛');
      for (const [part, up, control] of text.matchAll(/␛\[(\d+)A|␛\[(J|\?25l|\?25h)|[^␛]/gu)) {
        if (up) row = Math.max(0, row - Number(up));
        else if (control === 'J') {
          grid.length = row + 1;
          grid[row].length = column;
        } else if (control) hidden = control === '?25l';
        else if (part === '\r') column = 0;
        else if (part === '\n') [row, column] = [row + 1, 0];
        else {
          if (column >= columns) [row, column, wrapped] = [row + 1, 0, wrapped + 1];
          grid[row] ??= [];
          grid[row][column++] = part;
        }
        grid[row] ??= [];
      }
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY: true, columns, rows }) as unknown as NodeJS.WriteStream,
    lines: () => {
      const [prompt, ...lines] = grid.map((line) => line.join(''));
      expect(prompt).toBe(PROMPT);
      return lines;
    },
    state: () => ({ hidden, wrapped }),
  };
}

/** Trains with a picture of every step; @returns the screen at each of them */
async function watched(columns: number, rows: number, queries = 2) {
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const problem = syntheticProblem({ ...presets['syn-small'], queryTokens: queries });
  const screen = terminal(columns, rows);
  const view = trainView(screen.stream, problem);
  const screens: string[][] = [];
  const experiment = {
    ...{ problem, etaY: 1, etaZ: 1, momentum: 0.9, batch: 32, length: 64, steps: 20 },
    ...{ init: 'zero' as const, seeds: 1, firstSeed: 1, keeps: { entropies: true } },
  };
  const { runs } = await runExperiment(float64Trainer, experiment, {
    state: (moment) => {
      clock += 101;
      view.show(moment, moment.step / 20, `step ${moment.step} of 20`);
      screens.push(screen.lines());
    },
  });
  return { view, screen, screens, runs, problem };
}

afterEach(() => vi.restoreAllMocks());

describe('train --watch', () => {
  it('draws one picture over the other: step, loss, entropy and attention of the run', async () => {
    const { view, screen, screens, runs } = await watched(100, 24);
    expect(screens).toHaveLength(21);
    for (const [step, lines] of screens.entries()) {
      expect(lines).toHaveLength(4);
      expect(lines[0]).toContain(`step ${step} of 20`);
      expect(lines[1]).toContain(
        `entropy over distinct tokens ${runs[0].entropyOverDistinct![step]!.toFixed(3)} nats`,
      );
      if (step > 0) expect(lines[1]).toContain(`loss ${runs[0].losses[step - 1].toPrecision(4)},`);
    }
    const [own] = runs[0].attention;
    expect(screens[20][2]).toContain(`${(100 * Math.max(...own)).toFixed(1)} % token`);
    expect(screens[20][2]).toMatch(/[▁-█]{10}│[▁-█]{10}/);
    expect(screen.state()).toEqual({ hidden: true, wrapped: 0 });
    view.stop();
    // Wiped, with the cursor back where it was and seen.
    expect([screen.lines(), screen.state().hidden]).toEqual([[''], false]);
  });

  it.each([
    [30, 24, 2],
    [100, 8, 9],
    [20, 3, 9],
  ])('keeps to a terminal of %i columns and %i rows', async (columns, rows, queries) => {
    const { screen, screens, problem } = await watched(columns, rows, queries);
    for (const lines of screens) {
      expect(lines.length).toBeLessThan(rows);
      for (const line of lines) expect(line.length).toBeLessThan(columns);
    }
    expect(screen.state().wrapped).toBe(0);
    if (problem.classes.length > 8 && rows > 4) expect(screens[0].at(-1)).toMatch(/and \d+ more/);
  });

  it('draws at most ten pictures a second, the end always, and nothing after it was stopped', async () => {
    const { view, screen, problem } = await watched(80, 24);
    const moment = {
      ...{
        seed: 1,
        step: 1,
        loss: 1,
        layout: (await import('../../src/model/layout.ts')).reducedLayout(problem),
      },
      read: vi.fn(() => ({ Y: [], Z: Array.from({ length: 2 }, () => new Array<number>(30).fill(0)) })),
    };
    view.show(moment, 0.5, 'too early');
    expect(moment.read).not.toHaveBeenCalled();
    view.show(moment, 1, 'the end');
    expect(screen.lines()[0]).toContain('the end');
    view.stop();
    view.show(moment, 1, 'after the end');
    expect(screen.lines()).toEqual(['']);
  });

  it('is for terminals that can be drawn in', () => {
    expect([
      drawable({ isTTY: true }, {}),
      drawable({ isTTY: true }, { TERM: 'dumb' }),
      drawable({}, {}),
    ]).toEqual([true, false, false]);
  });
});
