/** `snapcheck lab` serves its files to this machine alone. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts the lab; its address, and its end. */
async function lab(...words: string[]) {
  const child = spawn(process.execPath, [main, 'lab', '--no-open', ...words]);
  running.push(child);
  let [out, errors] = ['', ''];
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, errors })),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      out += text;
      const [, found] = /^The lab: (\S+)\n/.exec(out) ?? [];
      if (found) resolve(found);
    });
    // Where it ends before, no address comes: not waited for until the test's time is up.
    ended.then(({ code }) => reject(new Error(`the lab ended with ${code}: ${errors}`)));
  });
  return { url, ended, child };
}

/** A request as it is, with its own Host. */
const ask = (url: string, path: string, method = 'GET', host?: string) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, method, ...(host && { headers: { host } }) }, (response) => {
      let body = '';
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });

describe('snapcheck lab', () => {
  it('serves the page and what it loads, and allows it no address but its own', async () => {
    const { url } = await lab('--port', '0');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask(url, '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/);
    for (const [, file] of page.body.matchAll(/(?:src|href)="([^"#:]+)"/g))
      expect((await ask(url, `/${file}`)).status, file).toBe(200);
    const wasm = await ask(url, '/tfjs-backend-wasm.wasm', 'HEAD');
    expect([wasm.status, wasm.headers['content-type'], wasm.body]).toEqual([200, 'application/wasm', '']);
  });

  it('has no other file, takes nothing in, and answers no other name of this machine', async () => {
    const { url } = await lab('--port', '0');
    for (const path of ['/../package.json', '/%2e%2e/package.json', '//etc/passwd', '/lab', '/.'])
      expect((await ask(url, path)).status, path).toBe(404);
    expect((await ask(url, '/', 'POST')).status).toBe(405);
    expect((await ask(url, '/', 'GET', 'elsewhere.example')).status).toBe(403);
    expect((await ask(url, '/', 'GET', `localhost:${new URL(url).port}`)).status).toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends at %s, with the code 0', async (signal) => {
    const { ended, child } = await lab('--port', '0');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('refuses a port that is taken', async () => {
    const { url } = await lab('--port', '0');
    const { port } = new URL(url);
    const { status, stderr } = spawnSync(process.execPath, [main, 'lab', '--no-open', '--port', port], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain(`--port: expected a port that is free, got ${port} (EADDRINUSE)`);
  });

  it('without --port takes the usual one, or any that is free', async () => {
    const [first, second] = [await lab(), await lab()];
    expect(first.url).not.toBe(second.url);
  });
});
