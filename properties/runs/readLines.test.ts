/** Records in JSON lines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/runs/readRun.ts';
import { faultsOf, recordFolder, sound } from './records.ts';
import { lines } from './writeRun.ts';

const { folder, fresh } = recordFolder();
const text = lines(sound).split('\n');
const TEXTS: readonly [string, string, RegExp][] = [
  ['nothing', '', /an empty file/],
  ['no JSON', 'hello', /line 1: expected JSON/],
  ['a list as header', '[]', /line 1: expected an object/],
  ['cut in a line', text.join('\n').slice(0, -10), /line 4: expected JSON/],
  [
    'no version',
    [text[0].replace('"schema":1,', ''), ...text.slice(1)].join('\n'),
    /schema: expected 1, got nothing/,
  ],
  [
    'version 2',
    [text[0].replace('"schema":1', '"schema":2'), ...text.slice(1)].join('\n'),
    /schema: expected 1, got 2/,
  ],
  [
    'an unknown key of the header',
    [text[0].replace('"schema"', '"extra":0,"schema"'), ...text.slice(1)].join('\n'),
    /there is no key "extra"/,
  ],
  [
    'an unknown key of a state',
    [...text.slice(0, 3), text[3].replace('"step"', '"loss":1,"step"')].join('\n'),
    /line 4: there is no key "loss"/,
  ],
  [
    'a key twice',
    [...text.slice(0, 3), text[3].replace('"step"', '"step":4,"step"')].join('\n'),
    /given twice/,
  ],
  ['a state that is a list', [...text.slice(0, 3), '[5]'].join('\n'), /line 4: expected an object/],
  [
    'a step of half',
    [...text.slice(0, 3), text[3].replace('"step":5', '"step":4.5')].join('\n'),
    /line 4\.step: expected a whole number/,
  ],
  ['a state without Z', [...text.slice(0, 3), '{"step":5}'].join('\n'), /line 4\.Z: expected rows/],
  [
    'rows of two lengths',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2],[1]]}'].join('\n'),
    /line 4\.Z: expected rows of one length/,
  ],
  [
    'a logit as a text',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2,"3",4,5]]}'].join('\n'),
    /line 4\.Z\[0\]\[2\]: expected a number/,
  ],
  [
    'Y in some states',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2,3,4,5]]}'].join('\n'),
    /Y: expected it in every state or in none/,
  ],
  [
    'another type',
    [text[0].replace('"schema"', '"type":"float16","schema"'), ...text.slice(1)].join('\n'),
    /type: expected float32 or float64/,
  ],
  ['a header alone', text[0], /two recorded states|expected/],
];

describe('broken JSON lines are refused', () => {
  it.each(TEXTS)('%s', (_, content, fault) => {
    const path = join(folder, `${fresh()}.jsonl`);
    writeFileSync(path, content);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(fault);
  });
});

describe('a state that is refused has no second fault', () => {
  it.each([
    [
      'a logit as a text',
      '{"step":5,"Z":[[1,2,"3",4,5]]}',
      /line 4\.Z\[0\]\[2\]: expected a number, got "3"/,
    ],
    ['a step as a text', '{"step":"5","Z":[[1,2,3,4,5]]}', /line 4\.step: expected a whole number, got "5"/],
    ['no JSON', '{"step":5', /line 4: expected JSON/],
    ['no Z', '{"step":5}', /line 4\.Z: expected rows/],
  ])('%s', (_, state, fault) => {
    const { Y: _without, ...rest } = sound;
    const path = join(folder, `${fresh()}.jsonl`);
    writeFileSync(path, [...lines(rest).split('\n').slice(0, 3), state].join('\n'));
    const faults = faultsOf(() => readRun(path));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });
});

describe('numbers of a record in float32', () => {
  /** The largest number that float32 has, and the least that rounds to infinity: half an ulp, 2^103, above it. */
  const [largest, beyond] = [(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -24) * 2 ** 127];
  const read = (x: number, type: string) => {
    const { Y: _, ...rest } = sound;
    const Z = rest.Z!.map((one, s) => (s === 1 ? [[x, ...one[0].slice(1)]] : one));
    const path = join(folder, `${fresh()}.jsonl`);
    writeFileSync(path, lines({ ...rest, Z }).replace('"schema"', `"type":"${type}","schema"`));
    return faultsOf(() => readRun(path));
  };
  it('are refused beyond its range alone: a text of 9 digits is near a number that it has', () => {
    for (const x of [0.1, 3.40282347e38, largest, 1e-46]) expect(read(x, 'float32')).toEqual([]);
    for (const x of [beyond, -1e300]) {
      expect(read(x, 'float64')).toEqual([]);
      const faults = read(x, 'float32');
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`Z[1][0][0]: expected a finite number of float32, got ${x}`);
    }
  });
});
