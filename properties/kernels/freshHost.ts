/** A host in this thread whose restart creates a new kernel, like the hosts with a process. */

import { seeded } from '../../fixtures/kernels/seeded.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Declaration, Kernel, KernelHost } from '../../src/kernels/kernel.ts';
import type { Patch } from '../../src/kernels/zoo/bug.ts';
import { zoo } from '../../src/kernels/zoo/zoo.ts';

export async function freshHost(
  make: () => Promise<Kernel>,
  declares: Declaration = {},
): Promise<KernelHost> {
  const start = async () => inThread(await make(), { timeLimit: 10_000 });
  let host = await start();
  return {
    name: host.name,
    dtype: host.dtype,
    declares,
    step: (input) => host.step(input),
    restart: async () => {
      host = await start();
      return true;
    },
    close: async () => {},
  };
}

export const bug = (id: string) => zoo.find((one) => one.id === id)!;

/** A bug of the zoo by its id. */
export const buggy = (id: string, declares?: Declaration) => freshHost(() => seeded(bug(id)), declares);

/** The example kernel with patched text. */
export const changedPlain = (patches: readonly Patch[], declares?: Declaration) =>
  freshHost(() => seeded({ id: 'changed', class: '', what: '', patches }), declares);
