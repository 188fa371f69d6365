/**
 * The command line in this process, which handles hundreds of bad inputs in seconds. Its output passes through
 * `safe`, as in the command's streams.
 */
import { pathToFileURL } from 'node:url';
import { safe } from '../../src/io/text.ts';
import { type Ended, main } from './attack.ts';

type Write = typeof process.stdout.write;

/** Runs `snapcheck ...args` in `cwd`; one at a time. */
export async function here(args: readonly string[], cwd: string): Promise<Ended> {
  const { run }: { run(args: readonly string[]): Promise<number> } = await import(
    pathToFileURL(main.replace('main.js', 'run.js')).href
  );
  const told = { stdout: '', stderr: '' };
  const kept = { stdout: process.stdout.write, stderr: process.stderr.write };
  const from = process.cwd();
  const listen = (name: 'stdout' | 'stderr') => {
    process[name].write = ((chunk: string) => {
      told[name] += safe(String(chunk));
      return true;
    }) as Write;
  };
  process.chdir(cwd);
  listen('stdout');
  listen('stderr');
  try {
    const status = await run(args);
    return { status, signal: null, ...told };
  } finally {
    Object.assign(process.stdout, { write: kept.stdout });
    Object.assign(process.stderr, { write: kept.stderr });
    process.exitCode = undefined;
    process.chdir(from);
  }
}
