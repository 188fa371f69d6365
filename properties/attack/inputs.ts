/** Bad input: every kind of document with every kind of damage, and every option with invalid values. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Attack, brokenRules, snapcheck } from './attack.ts';
import { type Damage, fileDamages, shapeDamages, textDamages } from './damages.ts';
import { type Reader, readers } from './documents.ts';
import { here } from './inProcess.ts';
import { optionCases } from './options.ts';
import { runCases } from './runs.ts';
import { senseDamages } from './senses.ts';

/** One case in this many runs in a separate process, the others in this process. */
const SPREAD = 50;
const BAD = 2;

export interface BadCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly says: RegExp;
  /** Writes the files of the case. */
  readonly prepare?: (folder: string) => void;
  readonly heavy?: true;
  /** Exit codes, where the input may be sound after all; default: bad input. */
  readonly codes?: readonly number[];
}

/** Places where a wrong value is allowed: texts for human readers, or fields with any content. */
const SPARED = [
  ...['null at digits', 'null at margin', 'null at shard', 'null at schema'],
  ...['-1e300 at margin.value', '-1e300 at margin.time', 'true at strict', '-1e300 at seed'],
  // A double.
  ...['Y', 'Z', 'velocityY', 'velocityZ'].map((name) => `-1e300 at calls.0.${name}.0`),
];

const damagesOf = (reader: Reader): readonly Damage[] => [
  ...fileDamages(reader.most),
  ...textDamages(reader.text),
  ...shapeDamages(reader.text, SPARED),
  ...(senseDamages[reader.name] ?? []),
];

/** A missing file is not bad input if it is the run's own file. */
const applies = ({ file }: Reader, { name }: Damage): boolean =>
  !file.startsWith('.snapcheck') || !['no file', 'a link to nothing', 'a link in a circle'].includes(name);

const documents: readonly BadCase[] = readers.flatMap((reader) =>
  damagesOf(reader)
    .filter((damage) => applies(reader, damage))
    .map((damage) => ({
      name: `${reader.name}: ${damage.name}`,
      args: reader.args,
      says: damage.says,
      heavy: damage.heavy,
      prepare: (folder: string) => {
        const file = join(folder, reader.file);
        mkdirSync(dirname(file), { recursive: true });
        damage.put(file);
      },
    })),
);

const listing = (folder: string): string => readdirSync(folder, { recursive: true }).sort().join('\n');

/** Refused with exit code 2 and the place named, with nothing on standard output and no effect; where it is sound, no effect. */
function faultsOf(
  one: BadCase,
  ended: Awaited<ReturnType<typeof here>>,
  before: string,
  after: string,
): string[] {
  const broken = brokenRules(ended, one.args, one.codes ?? [BAD]);
  if (ended.status === BAD) {
    if (!one.says.test(ended.stderr))
      broken.push(`the message does not say ${one.says}: ${ended.stderr.slice(0, 300)}`);
    if (ended.stdout !== '') broken.push('something on standard output');
    if (ended.stderr.split('\n').length > 40) broken.push('a message of more than 40 lines');
  }
  if (before !== after) broken.push(`files were written: ${after}`);
  return broken;
}

const attackOf = (one: BadCase, place: number): Attack => ({
  kind: 'input',
  name: one.name,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-input-'));
    try {
      one.prepare?.(folder);
      const before = listing(folder);
      const apart = one.heavy || place % SPREAD === 0;
      const ended = apart ? snapcheck(one.args, { cwd: folder }) : await here(one.args, folder);
      return faultsOf(one, ended, before, listing(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

export const inputs: readonly Attack[] = [...documents, ...optionCases, ...runCases].map(attackOf);
