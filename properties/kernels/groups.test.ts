import { afterEach, expect, it, vi } from 'vitest';

const { platform } = process;
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  vi.doUnmock('node:child_process');
  vi.resetModules();
});

it.each([
  ['of its own', ['kernel.exe', 'one', 'two words'], ['kernel.exe', ['one', 'two words']], undefined],
  ['as one text for the shell', 'kernel one', ['kernel one'], true],
])('on Windows a command starts with its arguments, %s', async (_, words, expected, shell) => {
  Object.defineProperty(process, 'platform', { value: 'win32' });
  const spawn = vi.fn((..._given: unknown[]) => ({ pid: undefined }));
  vi.resetModules();
  vi.doMock('node:child_process', () => ({ spawn, spawnSync: vi.fn() }));
  const { startGroup } = await import('../../src/kernels/hosts/groups.ts');
  startGroup(words, ['pipe', 'pipe']);
  const given = spawn.mock.calls[0];
  expect(given.slice(0, -1)).toEqual(expected);
  expect((given.at(-1) as { shell?: boolean }).shell).toBe(shell);
});
