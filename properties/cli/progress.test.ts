import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { progressView, timeLeft } from '../../src/cli/progress.ts';

function sink(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream,
    text: () => text,
  };
}

const at = (rowsDone: number, claim: string, done = 0) => ({
  claim,
  rung: 'sgd',
  done,
  total: 4,
  rowsDone,
  rowsTotal: 2,
  kept: 0,
  work: (rowsDone + (rowsDone < 2 ? done / 4 : 0)) / 2,
  own: 0,
});

describe('progress', () => {
  it('tells the time left once there is something to go by', () => {
    expect(timeLeft(0.25, 10)).toBe('about 30 s left');
    expect(timeLeft(0, 10)).toBe('');
    expect(timeLeft(0.5, 0.1)).toBe('');
  });

  it('names a finding by its own name', () => {
    const { stream, text } = sink(false);
    progressView(stream).show({ ...at(1, 'finding remark-2', 4), rung: '' });
    expect(text()).toBe('1 of 2 rows done: finding remark-2\n');
  });

  it('is a line per finished row in a log', () => {
    const { stream, text } = sink(false);
    const view = progressView(stream);
    for (const progress of [at(0, 'a'), at(0, 'a', 3), at(1, 'b'), at(1, 'b', 3), at(2, 'b', 4)])
      view.show(progress);
    view.stop();
    expect(text()).toBe('1 of 2 rows done: a on sgd\n2 of 2 rows done: b on sgd\n');
  });

  it('is a bar on a terminal', () => {
    const { stream, text } = sink(true);
    Object.assign(stream, { cursorTo: () => true, clearLine: () => true, moveCursor: () => true });
    const view = progressView(stream);
    view.show(at(1, 'b', 2));
    view.stop();
    expect(text()).toContain('█');
  });
});
