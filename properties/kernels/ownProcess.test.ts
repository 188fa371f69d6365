// heavy: 4 s
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { closesHosts, lives, misbehaving, pidFile, pidIn, temporary, until } from './hosting.ts';

closesHosts();

describe('our own process', () => {
  const scripts: ChildProcess[] = [];
  afterEach(() => {
    for (const script of scripts.splice(0)) script.kill(); // a process that a failing test left running
  });
  const dist = (file: string) =>
    JSON.stringify(new URL(`../../dist/kernels/hosts/${file}`, import.meta.url).href);
  const prelude = `
    import { statSync } from 'node:fs';
    import { processHost } from ${dist('process.js')};
    import { moduleHost } from ${dist('module.js')};
    const floats = (n) => new Float32Array(n);
    const input = { vocabulary: 2, contextLength: 1, contexts: Int32Array.of(0), queries: Int32Array.of(1),
      targets: Int32Array.of(0), Y: floats(4), Z: floats(4), velocityY: floats(4), velocityZ: floats(4),
      etaY: 1, etaZ: 1, momentum: 0 };
  `;
  const run = (source: string, env: NodeJS.ProcessEnv = {}) => {
    const file = `${pidFile()}.mjs`;
    writeFileSync(file, prelude + source);
    const child = spawn(process.execPath, [file], { stdio: 'pipe', env: { ...process.env, ...env } });
    scripts.push(child);
    return child;
  };
  const sleeper = (file: string) =>
    `processHost("sh -c 'sleep 1000 & echo $! > ${file}; wait'", { timeLimit: 100000, dtype: 'float32' })`;

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves no process when %s ends it', async (signal) => {
    const file = pidFile();
    const child = run(`await ${sleeper(file)}.step(input);`);
    const pid = await pidIn(file);
    child.kill(signal);
    expect(await once(child, 'exit')).toStrictEqual([null, signal]);
    await until(() => !lives(pid));
  });

  // Also with tools that give wrong results.
  const tools = join(temporary(), 'tools');
  mkdirSync(tools);
  for (const name of ['grep', 'tr', 'kill', 'cat', 'sed', 'ps'])
    writeFileSync(join(tools, name), '#!/bin/sh\necho 1\n', { mode: 0o755 });

  it.each([
    ['of the system', {}],
    ['that lead nowhere', { PATH: '/nowhere' }],
    ['of its own', { PATH: tools }],
    ['unset', { PATH: undefined }],
    ['beside an environment of many lines', { LINES_OF: 'a line\n'.repeat(500) }],
  ])('leaves no process when SIGKILL ends it, not even one that left the group: tools %s', async (_, env) => {
    const files = [pidFile(), pidFile(), pidFile()];
    // The first stays in the group. After its end the others are found only by their mark.
    const leaver = `
      import { spawn } from 'node:child_process';
      import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
      writeFileSync(${JSON.stringify(files[0])}, String(process.pid));
      for (const file of ${JSON.stringify(files.slice(1))}) {
        const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
        child.unref();
        writeFileSync(file, String(child.pid));
      }
      setTimeout(() => {}, 1e6);
    `;
    const file = `${pidFile()}.mjs`;
    writeFileSync(file, leaver);
    const options = "{ timeLimit: 100000, dtype: 'float32' }";
    const command = JSON.stringify(`exec '${process.execPath}' '${file}'`);
    const child = run(`await processHost(${command}, ${options}).step(input);`, env);
    const pids = await Promise.all(files.map(pidIn));
    child.kill('SIGKILL');
    await until(() => !pids.some(lives));
  });

  it('leaves no process when a signal arrives during its start', async () => {
    const file = pidFile();
    const command = `echo $$ > ${file}; kill -TERM $(ps -o ppid= -p $PPID); sleep 1000`;
    const options = "{ timeLimit: 100000, dtype: 'float32' }";
    const child = run(`await processHost(${JSON.stringify(command)}, ${options}).step(input);`);
    expect(await once(child, 'exit')).toStrictEqual([null, 'SIGTERM']);
    const pid = await pidIn(file);
    await until(() => !lives(pid));
  });

  it.each([
    ['it exits', 'process.exit(5)', 5],
    ['an error ends it', 'throw new Error()', 1],
  ])('leaves no process when %s', async (_, source, code) => {
    const file = pidFile();
    const started = `statSync('${file}', { throwIfNoEntry: false })?.size`;
    const child = run(
      `setInterval(() => { if (${started}) ${source}; }, 20); await ${sleeper(file)}.step(input);`,
    );
    const pid = await pidIn(file);
    expect(await once(child, 'exit')).toStrictEqual([code, null]);
    await until(() => !lives(pid));
  });

  it('does not handle a signal that has other listeners', async () => {
    const file = pidFile();
    const child = run(`
      const host = ${sleeper(file)};
      process.once('SIGINT', async () => { await host.close(); process.exitCode = 130; });
      await host.step(input).catch(({ kind }) => console.log(kind));
    `);
    const pid = await pidIn(file);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toStrictEqual([130, null]);
    expect(lives(pid)).toBe(false);
  });

  it('is not kept alive by closed hosts, and does not show their output', async () => {
    const file = pidFile();
    const command = `${process.execPath} ${misbehaving('process.mjs')} none ${file}`;
    const child = run(`
      const external = processHost(${JSON.stringify(command)}, { timeLimit: 100000, dtype: 'float32' });
      const module = await moduleHost(${JSON.stringify(misbehaving('talks.mjs'))}, { timeLimit: 100000 });
      for (const host of [external, module, external, module]) await host.step(input);
      await Promise.all([external.close(), module.close()]);
      console.log('done');
    `);
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk) => {
        texts[name] += chunk;
      });
    const end = await once(child, 'close');
    expect({ ...texts, end }).toStrictEqual({
      end: [0, null],
      stdout: 'done\n',
      stderr: 'kernel: printed by the kernel\n'.repeat(2),
    });
    expect(lives(await pidIn(file))).toBe(false);
  });
});
