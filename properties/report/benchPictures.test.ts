import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { logTicks, secondsText } from '../../src/report/pictures/backends.ts';
import { frontier, frontierDrawing } from '../../src/report/pictures/frontier.ts';
import { placeLabels, spread } from '../../src/report/pictures/labels.ts';
import { scaling, scalingDrawing } from '../../src/report/pictures/scaling.ts';
import { textWidth } from '../../src/report/pictures/svg.ts';
import { bench } from './syntheticBench.ts';
import { wellFormed } from './wellFormed.ts';

const all = (svg: string, selector: string) => [
  ...new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll(selector),
];
const texts = (svg: string) => all(svg, 'text').map(({ textContent }) => textContent);
const ran = bench.backends.filter(({ skipped }) => skipped === undefined);

describe('the frontier of digits against time', () => {
  const svg = frontier(bench);

  it('is a well-formed picture that needs no page', () => {
    expect(wellFormed(svg)).toBeUndefined();
    expect(svg).not.toMatch(/NaN|undefined|var\(--/);
  });

  it('has a mark and a name for every backend that ran, and says which did not', () => {
    expect(all(svg, '[aria-label="dot"] path')).toHaveLength(ran.length);
    for (const { backend } of ran) expect(texts(svg)).toContain(backend);
    expect(texts(svg)).not.toContain('tfjs-webgl');
    expect(svg).toContain('tfjs-webgl (no browser was found)');
  });

  it('draws what the clock limits hollow', () => {
    const hollow = all(svg, '[aria-label="dot"] path').filter(
      (dot) => dot.getAttribute('fill') === '#ffffff',
    );
    expect(hollow.map((dot) => dot.textContent)).toEqual(['float64: 13.0 digits at worst, 5 µs a step']);
  });

  it('joins what nothing beats: float64, and MPFR at 34 and 100 digits', () => {
    const [edge] = all(svg, '[aria-label="line"] path');
    // Stairs: one move, then across and up for each further backend.
    expect(edge.getAttribute('d')!.match(/[LHV]/g)!.length).toBeLessThanOrEqual(2 * 2);
    const alone = frontier({ ...bench, backends: ran.filter(({ backend }) => backend !== 'mpfr34') });
    expect(all(alone, '[aria-label="line"] path')[0].getAttribute('d')).not.toBe(edge.getAttribute('d'));
  });

  it('greys what another backend beats in both', () => {
    const fills = new Map(
      all(svg, '[aria-label="dot"] path').map((dot) => [
        dot.textContent.split(':')[0],
        dot.getAttribute('stroke'),
      ]),
    );
    expect(fills.get('decimal34')).toBe(fills.get('tfjs-wasm'));
    expect(fills.get('mpfr34')).not.toBe(fills.get('decimal34'));
  });

  it('counts what is not a number as no digit at all', () => {
    const wasm = all(svg, '[aria-label="dot"] path').find((dot) => dot.textContent.startsWith('tfjs-wasm'));
    expect(wasm!.textContent).toContain('0.0 digits');
  });

  it('says so when no backend ran', () => {
    expect(frontier({ ...bench, backends: [bench.backends.at(-1)!] })).toContain('no backend ran');
  });

  it('fits a narrow page', () => expect(frontierDrawing(bench, 340).panels[0].width).toBe(340));
});

describe('the scaling curves', () => {
  const svg = scaling(bench);

  it('has a panel per quantity and a line per backend, each with its exponent', () => {
    expect(wellFormed(svg)).toBeUndefined();
    expect(svg).not.toMatch(/NaN|undefined|var\(--/);
    expect(all(svg, '[aria-label="line"] path')).toHaveLength(bench.scaling.length);
    for (const { backend, exponent } of bench.scaling)
      expect(texts(svg)).toContain(`${backend} ${exponent.value.toFixed(2)} ± 0.03`);
    expect(texts(svg).filter((text) => text.startsWith('↑ time of one step'))).toHaveLength(2);
  });

  it('makes room for as many names as there are curves', () => {
    const many = Array.from({ length: 14 }, (_, i) => ({ ...bench.scaling[0], backend: `b${i}` }));
    const { panels } = scalingDrawing({ ...bench, scaling: many })!;
    expect(panels[0].height).toBeGreaterThan(scalingDrawing(bench)!.panels[0].height);
  });

  it('cannot be drawn of a run without any', () => {
    expect(() => scaling({ ...bench, scaling: [] })).toThrow('expected a bench with scaling curves');
  });
});

describe('labels', () => {
  it('are moved apart without changing their order, and stay inside', () => {
    const moved = spread([50, 10, 11, 99], 10, 0, 100);
    expect(moved).toEqual([50, 10, 20, 99]);
    const crowded = spread([100, 100, 100], 10, 0, 100);
    expect([...crowded].sort((a, b) => a - b)).toEqual([80, 90, 100]);
  });

  it('avoid points, one another and the right edge', () => {
    const points = [
      { x: 95, y: 50, text: 'last' },
      { x: 50, y: 50, text: 'first' },
    ];
    const [last, first] = placeLabels(points, 100, 100);
    expect(last.textAnchor).toBe('end');
    expect(first.dy !== 0 || first.textAnchor === 'end').toBe(true);
  });

  it('of a crowd do not overlap, nor cover an obstacle', () => {
    const points = Array.from({ length: 6 }, (_, i) => ({ x: 100 + i, y: 100, text: `backend ${i}` }));
    const wall = { left: 108, right: 112, top: 0, bottom: 200 };
    const placed = placeLabels(points, 300, 200, [wall]);
    const boxes = placed.map(({ dx, dy, textAnchor }, i) => {
      const width = textWidth(points[i].text);
      const left = points[i].x + dx - (textAnchor === 'start' ? 0 : textAnchor === 'end' ? width : width / 2);
      return { left, right: left + width, top: 100 + dy - 8, bottom: 100 + dy + 8 };
    });
    const apart = (a: typeof wall, b: typeof wall) =>
      a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 2 || b.bottom <= a.top + 2;
    for (const [i, box] of boxes.entries())
      for (const other of [wall, ...boxes.slice(i + 1)]) expect(apart(box, other)).toBe(true);
  });
});

describe('ticks of a logarithmic axis', () => {
  it.each([
    [1, 10, 5, [1, 2, 5, 10]],
    [1, 1000, 5, [1, 10, 100, 1000]],
    [10, 1e9, 5, [100, 1e4, 1e6, 1e8]],
    [3, 4, 5, []],
  ] as const)('from %d to %d, at most %d', (low, high, most, ticks) =>
    expect(logTicks([low, high], most)).toEqual(ticks),
  );
});

describe('times', () => {
  it.each([
    [1e-6, '1 µs'],
    [2.54e-5, '25 µs'],
    [0.001, '1 ms'],
    [3, '3 s'],
    [5e-8, '50 ns'],
  ])('%d seconds are %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));
});
