/** `snapcheck init`: writes a small project that works. */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shown } from '../io/place.ts';
import { tellUnwritten } from '../io/streams.ts';
import { quoted, safeLine } from '../io/text.ts';
import { unwritable, writeFiles } from '../io/write.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { claimTemplate, LANGUAGES, templates } from './templates.ts';

const sources = new URL('../../fixtures/', import.meta.url);

/** The commands of a project's README, from the first block. */
const commandsOf = (readme: string): string => /```sh\n([\s\S]*?)```/.exec(readme)![1].trimEnd();

/** The texts of a new project by file, and its folder. */
function projectOf({ operands, values: { lang }, words, checks }: CommandInput<'init'>) {
  const [what, folder = '.', ...others] = operands;
  const isClaim = what === 'claim';
  if (what !== 'kernel' && !isClaim)
    checks.fault(
      `expected what to write, "kernel" or "claim"; got ${what === undefined ? 'nothing' : shown(what)}`,
    );
  for (const word of others) checks.fault(`expected one folder, got also ${shown(word)}`);
  if (isClaim && words.has('lang'))
    checks.fault('--lang: it is of a kernel; a claim is a module of JavaScript');
  if (!isClaim && !words.has('lang'))
    checks.fault(`--lang: expected one of ${LANGUAGES.join(', ')}, got nothing`);
  const texts = Object.entries(isClaim ? claimTemplate : templates[lang ?? 'js']).map(
    ([file, source]) => [file, readFileSync(new URL(source, sources), 'utf8')] as const,
  );
  const fault = unwritable(folder);
  if (fault !== undefined)
    checks.fault(`folder ${shown(folder, false)}: expected one that can be written: ${fault}`);
  else if (isClaim || lang !== undefined)
    for (const [file] of texts)
      if (lstatSync(join(folder, file), { throwIfNoEntry: false }))
        checks.fault(`${shown(join(folder, file), false)}: expected no such file, it is there already`);
  checks.refuse();
  return { folder, texts: Object.fromEntries(texts) };
}

/**
 * Checks the input, writes the files, prints which, and what to type next.
 * @returns the exit code
 * @throws BadInput with every fault, each file that is there already among them
 */
export async function runInit(input: CommandInput<'init'>): Promise<number> {
  const { folder, texts } = projectOf(input);
  const { written, failed } = writeFiles(folder, texts);
  for (const { file, error } of failed) tellUnwritten(file, error);
  const next = [
    ...(folder === '.' ? [] : [`cd ${quoted(folder)}`]),
    ...commandsOf(texts['README.md']).split('\n'),
  ];
  const lines = [
    ...written.map((file) => `written: ${safeLine(file)}`),
    '',
    'Now:',
    ...next.map((line) => `  ${line}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.expected;
}
