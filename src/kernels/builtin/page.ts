/** Runs in a browser page: the compiled fast trainer as a kernel that answers the requests of `hosts/protocol.ts`. */
import { MATRICES, type StepInput } from '../../model/stepInput.ts';
import { fastTrainer } from '../../trainers/fast.ts';
import { tensors } from '../../trainers/tensors.ts';
import { trainerKernel } from './trainerKernel.ts';

const IDS = ['contexts', 'queries', 'targets'] as const;
/** A request's input: arrays are texts in base64. */
type Sent = Record<(typeof IDS | typeof MATRICES)[number], string>;

function bytes(text: string): ArrayBuffer {
  const binary = atob(text);
  const all = new Uint8Array(binary.length);
  for (let k = 0; k < all.length; k++) all[k] = binary.charCodeAt(k);
  return all.buffer;
}

/** Bytes that one call of fromCharCode takes: its arguments lie on the stack. */
const PIECE = 2 ** 15;
function encoded({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const all = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (let k = 0; k < all.length; k += PIECE) text += String.fromCharCode(...all.subarray(k, k + PIECE));
  return btoa(text);
}

/** @throws Error if the backend cannot start */
export const startBackend = async (backend: 'webgl' | 'webgpu'): Promise<void> => {
  await tensors(backend);
};

/** The answer to a request, a line of JSON. A rejection is an error of the kernel. */
export async function answerRequest(backend: 'webgl' | 'webgpu', line: string): Promise<string> {
  const { id, input } = JSON.parse(line) as { id: number; input: StepInput };
  const sent = input as unknown as Sent;
  const kernel = trainerKernel(`tfjs-${backend}`, 'float32', fastTrainer(backend));
  const ids = Object.fromEntries(IDS.map((name) => [name, new Int32Array(bytes(sent[name]))]));
  const matrices = Object.fromEntries(MATRICES.map((name) => [name, new Float32Array(bytes(sent[name]))]));
  const { loss, ...arrays } = await kernel.step({ ...input, ...ids, ...matrices });
  const output = Object.fromEntries(MATRICES.map((name) => [name, encoded(arrays[name])]));
  // JSON has no NaN and no Infinity.
  return JSON.stringify({ id, output: { ...output, loss: Number.isFinite(loss) ? loss : String(loss) } });
}
