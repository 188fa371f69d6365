/** `snapcheck lab`. */
import { spawn } from 'node:child_process';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { type LabServer, labServer } from './labServer.ts';
import { checkNoOperands } from './options.ts';

/** The port without `--port`, where it is free: a link to a state of the lab stays good. */
const USUAL_PORT = 4417;

/** The command that opens an address in the system's browser. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the system's browser; calls `failed` where there is none that can be opened. */
function open(url: string, failed: () => void): void {
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', failed);
  child.on('exit', (code) => {
    if (code !== 0) failed();
  });
  child.unref();
}

/** @throws BadInput where the port that was asked for is not free */
async function serve(asked: number | undefined): Promise<LabServer> {
  if (asked !== undefined) return labServer(asked);
  return labServer(USUAL_PORT).catch(() => labServer(0));
}

/**
 * Serves the lab until a signal comes.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runLab(input: CommandInput<'lab'>): Promise<number> {
  const { port, noOpen } = input.values;
  checkNoOperands(input);
  input.checks.refuse();
  const server = await serve(port);
  return await interruptible(
    () => 'the lab is closed',
    async ({ signal }) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      process.stdout.write(`The lab: ${server.url}\nOnly this machine can reach it. Ctrl-C ends it.\n`);
      if (!noOpen)
        open(server.url, () =>
          process.stderr.write('No browser was opened: open the address in one yourself.\n'),
        );
      if (!signal.aborted) await ended;
      await server.close();
      return EXIT.expected;
    },
  );
}
