import { availableParallelism } from 'node:os';
import { expect, it, vi } from 'vitest';
import { openCrew } from '../../src/workers/crew.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  availableParallelism: () => 8,
}));

const file = new URL('./handy.mjs', import.meta.url);

it('from the sources stays in the calling thread, however many cores there are', async () => {
  expect(availableParallelism()).toBe(8);
  const crew = openCrew(file);
  expect([crew.size, await crew.run(0, { name: 'square', task: 3, here: async () => 'here' })]).toEqual([
    1,
    'here',
  ]);
  await crew.end();
});

it('from the build has a thread for each core (control)', async () => {
  const { openCrew: opened } = (await import(
    `${new URL('../../dist/workers/crew.js', import.meta.url)}`
  )) as {
    openCrew: typeof openCrew;
  };
  const { availableParallelism: cores } = await vi.importActual<typeof import('node:os')>('node:os');
  expect(opened(file).size).toBe(cores());
});
