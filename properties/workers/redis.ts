/** A Redis server of a test's own, on a free port of this machine, which keeps its data in a temporary folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests are skipped by name where no server is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends the server at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, with the data that it has kept. */
  start(): Promise<void>;
  /** Ends it, and removes its data. */
  end(): Promise<void>;
}

/** A port that nobody listens to. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** @param settings what differs from `appendonly yes`, as words of the command line */
export async function startRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-redis-'));
  const port = await freePort();
  const kept = settings.includes('--appendonly') ? [] : ['--appendonly', 'yes'];
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...kept];
  let server: ChildProcess;
  const ended = () => new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const start = async () => {
    server = spawn('redis-server', [...words, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      server.stdout!.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Ready to accept connections')) resolve();
      });
      server.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
    });
  };
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = ended();
    server.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    ...{ url: `redis://127.0.0.1:${port}`, port, kill, start },
    end: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
