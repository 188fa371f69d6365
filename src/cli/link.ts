/**
 * Run by `npm ci` (the `prepare` script): gives the clone its own command.
 *
 * npm links the commands of dependencies into node_modules/.bin, but not those of the root package. `npx` makes up
 * for that by linking the clone into its own cache (and running `prepare` once more); npm scripts, `npm exec -c` and
 * whatever else looks into node_modules/.bin do not. Says nothing, and does nothing where there is no
 * node_modules/.bin (packing, an install as somebody's dependency).
 */
import { chmodSync, existsSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../io/write.ts';

/** Lines may end as on Unix: there is no label to jump to. */
const SHIM = '@ECHO off\nnode "%~dp0\\..\\..\\dist\\cli\\main.js" %*\n';

/**
 * Makes `bin/snapcheck` start `main`; a link or shim left by an earlier run is replaced.
 * @param bin node_modules/.bin of the clone
 * @param main the compiled command line
 * @returns whether a command was put in place
 */
export function link(bin: string, main: string, platform: NodeJS.Platform = process.platform): boolean {
  if (!existsSync(main)) return false;
  chmodSync(main, 0o755);
  if (!existsSync(bin)) return false;
  const command = join(bin, 'snapcheck');
  rmSync(command, { force: true });
  if (platform === 'win32') writeWhole(`${command}.cmd`, SHIM);
  else symlinkSync(relative(bin, main), command);
  return true;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const cli = dirname(fileURLToPath(import.meta.url));
  link(join(cli, '../../node_modules/.bin'), join(cli, 'main.js'));
}
