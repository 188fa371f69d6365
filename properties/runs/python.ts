/** The Python that has PyTorch and NumPy, or undefined: SNAPCHECK_PYTHON, or the first of the usual ones. */
import { spawnSync } from 'node:child_process';

const has = (python: string): boolean =>
  spawnSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore' }).status === 0;

export const pythonWithTorch = (): string | undefined =>
  [process.env.SNAPCHECK_PYTHON, 'python3', '/usr/bin/python3'].find((p) => p && has(p));
