/** Serves the lab's files (dist/lab) to this machine alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { BadInput } from '../io/badInput.ts';

/** The same folder for the sources and for the build. */
const FILES = new URL('../../dist/lab/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** The page may load its own files, start workers that it holds itself, and send nothing anywhere. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const HOST = '127.0.0.1';

export interface LabServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The files by the path of a request. @throws BadInput where the package is not built */
function files(): Map<string, { readonly type: string; readonly body: Buffer }> {
  let names: string[];
  try {
    names = readdirSync(FILES);
  } catch {
    throw new BadInput(['the lab is not built: npm run build']);
  }
  const read = names.map((name) => {
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    return [`/${name}`, { type, body: readFileSync(new URL(name, FILES)) }] as const;
  });
  const all = new Map(read);
  const page = all.get('/index.html');
  if (page) all.set('/', page);
  return all;
}

/** Whether a request names this machine: a page elsewhere whose name was made to point here does not. */
const isOurs = ({ headers: { host = '' } }: IncomingMessage): boolean =>
  /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);

function listener(): RequestListener {
  const all = files();
  return (request, response) => {
    const path = (request.url ?? '/').split(/[?#]/)[0];
    const file = all.get(path);
    const status = !isOurs(request)
      ? 403
      : !/^(GET|HEAD)$/.test(request.method ?? '')
        ? 405
        : file
          ? 200
          : 404;
    if (status !== 200 || !file) {
      response.writeHead(status, { 'content-type': TYPES['.txt'] }).end(`${status}\n`);
      return;
    }
    const own = { ...HEADERS, 'content-type': file.type, 'content-length': file.body.length };
    response.writeHead(200, own).end(request.method === 'HEAD' ? undefined : file.body);
  };
}

/**
 * Starts the server on loopback.
 * @param port 0 takes any that is free
 * @throws BadInput where the port cannot be had, or the package is not built
 */
export async function labServer(port: number): Promise<LabServer> {
  const server = createServer(listener());
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new BadInput([`--port: expected a port that is free, got ${port} (${code}); 0 takes any free one`]),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
