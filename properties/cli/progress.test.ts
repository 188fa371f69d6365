import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressView, type Shown, timeLeft } from '../../src/cli/progress.ts';
import { shownProgress } from '../../src/cli/verify.ts';

function sink(isTTY: boolean, columns = 100): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns }) as unknown as NodeJS.WriteStream,
    text: () => text,
  };
}

/** What is shown of these, one after the other. */
function shown(isTTY: boolean, all: readonly Shown[], columns?: number): string {
  const { stream, text } = sink(isTTY, columns);
  const view = progressView(stream);
  for (const progress of all) view.show(progress);
  view.stop();
  return text();
}

afterEach(() => vi.restoreAllMocks());

describe('progress', () => {
  it('tells the time left once there is something to go by', () => {
    expect(timeLeft(0.25, 10)).toBe('about 30 s left');
    expect(timeLeft(0, 10)).toBe('');
    expect(timeLeft(0.5, 0.1)).toBe('');
    expect(timeLeft(1, 10)).toBe('');
  });

  it('is in a log a line for each that changes, with the time left of this run', () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const { stream, text } = sink(false);
    const view = progressView(stream);
    const show = (seconds: number, own: number, line?: string) => {
      now = 1000 * seconds;
      view.show({ work: 0.9, own, now: 'a moment', line });
    };
    show(1, 0, 'first');
    show(2, 0.1);
    show(10, 0.25, 'second');
    show(11, 0.3, 'second');
    show(12, 1, 'third');
    view.stop();
    show(13, 1, 'too late');
    expect(text()).toBe('first\nsecond; about 30 s left\nthird\n');
  });

  it('is on a terminal one line, which is wiped at the end and never wraps', () => {
    const now = 'x'.repeat(200);
    const text = shown(true, [{ work: 0.5, now, line: 'half' }], 60);
    const drawn = text.split('\r\u001b[K');
    expect(drawn).toHaveLength(4);
    expect(drawn.at(-1)).toBe('');
    expect(drawn[2]).toMatch(/^█{12}░{12} 50 % {2}x+$/);
    for (const line of drawn) expect(line.length).toBeLessThan(60);
  });

  it('shows nothing that acts on a terminal', () => {
    expect(shown(true, [{ work: 0, now: 'a\u001b[2Jb', line: 'a' }])).toContain('a\\u001b[2Jb');
  });
});

describe('the progress of verify', () => {
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
  const log = (...all: ReturnType<typeof at>[]) => shown(false, all.map(shownProgress()));

  it('is a line for each finished row', () => {
    expect(log(at(0, 'a'), at(0, 'a', 3), at(1, 'a', 4), at(1, 'b', 3), at(2, 'b', 4))).toBe(
      '1 of 2 verdicts done: a on sgd\n2 of 2 verdicts done: b on sgd\n',
    );
  });

  it('names a finding by its own name', () => {
    const finding = { ...at(1, 'finding remark-2', 4), rung: '', findingsDone: 1, findingsTotal: 2 };
    expect(log(finding)).toBe('1 of 2 findings done: finding remark-2\n');
  });

  it('counts verdicts and findings apart', () => {
    const both = { rowsDone: 34, rowsTotal: 74, findingsDone: 4, findingsTotal: 20 };
    expect(log({ ...at(1, 'snap', 4), ...both })).toBe(
      '30 of 54 verdicts and 4 of 20 findings done: snap on sgd\n',
    );
  });
});
