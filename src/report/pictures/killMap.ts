/** The kill matrix as a picture: how soon the bugs of each class are found. */
import * as Plot from '@observablehq/plot';
import type { Face, Kill } from '../../kernels/zoo/kills.ts';
import { count } from '../format.ts';
import { onShade, ramp } from './palette.ts';
import { type Drawing, textWidth } from './svg.ts';

/** What is read of a seeded bug. */
interface KillData {
  readonly kills: readonly Pick<Kill, 'bug' | 'face' | 'cases'>[];
  readonly classOf: ReadonlyMap<string, string>;
  /** Random cases that each bug is checked on. */
  readonly mixed: number;
  readonly medians: Readonly<Record<Face, number>>;
}

const BUCKETS: readonly [string, number][] = [
  ['1', 1],
  ['2', 2],
  ['≤ 5', 5],
  ['≤ 10', 10],
  ['≤ 30', 30],
  ['> 30', Number.POSITIVE_INFINITY],
];
const ALIVE = 'alive';
const bucketOf = (cases: number | null): string =>
  cases === null ? ALIVE : BUCKETS.find(([, most]) => cases <= most)![0];

const FACES: Record<Face, string> = { stages: 'with stages', outputs: 'outputs alone' };

export function killMapDrawing({ kills, classOf, mixed, medians }: KillData, width = 700): Drawing {
  const groups = new Map<string, { name: string; bucket: string; face: string; bugs: string[] }>();
  for (const { bug, face, cases } of kills) {
    const cell = { name: classOf.get(bug) ?? 'other', bucket: bucketOf(cases), face: FACES[face] };
    const key = JSON.stringify(cell);
    groups.set(key, { ...cell, bugs: [...(groups.get(key)?.bugs ?? []), bug] });
  }
  const cells = [...groups.values()];
  const names = [...new Set(classOf.values())].filter((name) => cells.some((cell) => cell.name === name));
  const most = Math.max(...cells.map(({ bugs }) => bugs.length));
  const narrow = width < 500;
  const facet = narrow ? 'fy' : 'fx';
  type C = (typeof cells)[number];
  const shade = (c: C) => Math.sqrt(c.bugs.length / most) * 0.999;
  const faces = Object.values(FACES);
  const rows = names.length * 26;
  return {
    panels: [
      {
        width,
        height: narrow ? 2 * rows + 140 : rows + 80,
        marginLeft: 12 + Math.max(...names.map((name) => textWidth(name))),
        marginRight: 4,
        marginTop: 58,
        marginBottom: 22,
        x: { axis: null, domain: [...BUCKETS.map(([name]) => name), ALIVE], padding: 0.05 },
        y: { domain: names, label: null, tickSize: 0, padding: 0.06 },
        fx: { axis: null, padding: 0.06, domain: faces },
        fy: { axis: null, padding: 0.16, domain: faces },
        marks: [
          Plot.cell(cells, {
            x: 'bucket',
            y: 'name',
            [facet]: 'face',
            fill: (c: C) => ramp('shade', shade(c)),
            title: (c: C) => c.bugs.join(', '),
          }),
          Plot.text(cells, {
            x: 'bucket',
            y: 'name',
            [facet]: 'face',
            text: (c: C) => String(c.bugs.length),
            fill: (c: C) => onShade(shade(c)),
          }),
          Plot.axisX({ anchor: 'top', label: null, tickSize: 0, fontSize: 11.5 }),
          Plot.text(faces, {
            [facet]: (face: string) => face,
            text: (face: string) => face,
            frameAnchor: 'top',
            dy: -42,
            fontWeight: 600,
          }),
        ],
      },
    ],
    title: 'Seeded bugs, and how many random cases it took to find them',
    caption: `A row is a class of bugs, a column the number of random cases (training steps) until the first fault, a number how many bugs: ${count(classOf.size, 'bug')} in all, checked on ${mixed.toLocaleString('en-US')} cases each. With stages, every intermediate result is judged; else only what a step returns. Median ${medians.stages} and ${medians.outputs} cases. Alive by outputs alone: each has a reason, below. Read from fixtures/kill-matrix.json. Made by: npx tsx fixtures/kernels/killMatrix.mjs`,
  };
}
