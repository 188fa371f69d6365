import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit.ts';
import { here } from '../attack/inProcess.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const help = async (command: string) => (await here([command, '--help'], at('.'))).stdout;
const { failed, interrupted, ...every } = EXIT;
const [, list] = /\| exit code \| meaning \|([\s\S]*?)\n\n/.exec(
  readFileSync(at('docs/commands.md'), 'utf8'),
)!;
/** What stands before the meaning of each code. */
const codesIn = (text: string) =>
  new Set([...text.matchAll(/^[ |]*((?:\d+(?:, )?)+)[ |]+\S/gm)].flatMap(([, c]) => c.split(', ')));

describe('exit codes', () => {
  it.each(['verify', 'kernel', 'train', 'check', 'atlas', 'bench', 'explain'])(
    'are all in the help of %s',
    async (command) => {
      const [, told] = /^Exit codes: ([\s\S]*)$/m.exec(await help(command))!;
      const signals = [interrupted, 143, 129];
      const fails = ['verify', 'kernel', 'train'].includes(command) ? [failed] : [];
      const expected = [...Object.values(every), ...signals, ...fails].map(String);
      expect(codesIn(told.replaceAll('\n', ' ').replaceAll('; ', '\n'))).toEqual(new Set(expected));
    },
  );

  it('are all in the documents', () => {
    expect(codesIn(list)).toEqual(new Set([...Object.values(EXIT), 143, 129].map(String)));
  });
});
