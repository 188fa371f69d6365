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
