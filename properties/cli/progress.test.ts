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
  findingsDone: 0,
  findingsTotal: 0,
  kept: 0,
  work: (rowsDone + (rowsDone < 2 ? done / 4 : 0)) / 2,
  own: 0,
});

describe('progress', () => {
  it('tells the time left once there is something to go by', () => {
    expect(timeLeft(0.25, 10)).toBe('about 30 s left');
    expect(timeLeft(0, 10)).toBe('');
    expect(timeLeft(0.5, 0.1)).toBe('');
    expect(timeLeft(1, 10)).toBe('');
  });

  it('names a finding by its own name', () => {
    const { stream, text } = sink(false);
    progressView(stream).show({
      ...at(1, 'finding remark-2', 4),
      rung: '',
      findingsDone: 1,
      findingsTotal: 2,
    });
    expect(text()).toBe('1 of 2 findings done: finding remark-2\n');
  });

  it('counts verdicts and findings apart', () => {
    const { stream, text } = sink(false);
    const both = { rowsDone: 34, rowsTotal: 74, findingsDone: 4, findingsTotal: 20 };
    progressView(stream).show({ ...at(1, 'snap', 4), ...both });
    expect(text()).toBe('30 of 54 verdicts and 4 of 20 findings done: snap on sgd\n');
  });

  it('is a line per finished row in a log', () => {
    const { stream, text } = sink(false);
    const view = progressView(stream);
    for (const progress of [at(0, 'a'), at(0, 'a', 3), at(1, 'b'), at(1, 'b', 3), at(2, 'b', 4)])
      view.show(progress);
    view.stop();
    expect(text()).toBe('1 of 2 verdicts done: a on sgd\n2 of 2 verdicts done: b on sgd\n');
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
