// heavy: 6 s
/** Kernels of the campaign on libraries that may not be installed. */
import { describe, expect, it } from 'vitest';
import { campaign } from '../../fixtures/kernels/campaignOf.ts';
import { pythonKernel, pythonWith } from '../../fixtures/kernels/contestants.ts';
import { onnxKernel } from '../../fixtures/kernels/onnxKernel.ts';
import type { Dtype } from '../../src/model/stepInput.ts';

const onnx = await onnxKernel('float32');
const libraries = [
  {
    name: 'NumPy',
    strict: true,
    missing: !pythonWith('numpy'),
    load: (dtype: Dtype) => pythonKernel('python/numpy_kernel.py', 'numpy', dtype),
  },
  {
    name: 'PyTorch',
    strict: false,
    missing: !pythonWith('torch'),
    load: (dtype: Dtype) => pythonKernel('../init/torch/kernel.py', 'torch', dtype),
  },
  { name: 'onnxruntime-node', strict: false, missing: !onnx, load: onnxKernel },
];

describe.each(libraries)('the kernel on $name', ({ name, strict, missing, load }) => {
  it.skipIf(missing).each(['float32', 'float64'] as const)(
    `stays within the bounds in %s${missing ? ` (skipped: ${name} is not installed)` : ''}`,
    async (dtype) => {
      const kernel = (await load(dtype))!;
      const {
        kernels: [row],
      } = await campaign([{ kernel, strict }], { dtype, inputs: 12, seed: 3 });
      expect(row.failures, JSON.stringify(row.faults[0])).toBe(0);
      expect(row.inputs).toBeGreaterThanOrEqual(12);
      // It is this kernel's answers that are judged, in all stages.
      expect(Object.keys(row.worst)).toHaveLength(11);
      for (const [stage, ratio] of Object.entries(row.worst)) expect(ratio, stage).toBeGreaterThan(0);
    },
    120_000,
  );
});
