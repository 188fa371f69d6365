/** Errors of the system: neither Snapcheck nor the user is at fault. */
import { NeedsHeap } from '../io/heap.ts';
import { errorText } from '../io/streams.ts';

/** What is missing, by error code. */
const WORDS: Record<string, string> = {
  ERR_WORKER_OUT_OF_MEMORY: 'memory ran out in a thread (--max-old-space-size of Node gives more)',
  ERR_WORKER_INIT_FAILED: 'a thread could not start',
  ENOMEM: 'memory ran out',
  EMFILE: 'too few file descriptors (ulimit -n)',
  ENFILE: 'too few file descriptors',
  EAGAIN: 'no more processes or threads, or memory for them (ulimit -u, -v)',
};

/** What flags of Node forbid, by the message that is thrown when it is used. */
const TAKEN: readonly (readonly [RegExp, string])[] = [
  [/^WebAssembly is not supported/, 'WebAssembly'],
  [/^Code generation from strings disallowed/, 'code generation from strings, which threads need'],
];

/** What is needed but forbidden by flags of Node. */
function forbidden({ code, message, permission }: NodeJS.ErrnoException & { permission?: string }) {
  if (code === 'ERR_ACCESS_DENIED') return `what needs the permission ${permission}`;
  return TAKEN.find(([thrown]) => thrown.test(message))?.[1];
}

/** What V8 and WebAssembly throw when there is no memory. */
const NO_MEMORY = /allocation failed|could not allocate memory|Invalid typed array length|out of memory/i;

/** What the system refused; undefined if the error is not the system's. */
export function systemFault(error: unknown): string | undefined {
  if (error instanceof NeedsHeap) return error.message;
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  const what = forbidden(error);
  if (what) return `flags of Node, NODE_OPTIONS perhaps, forbid ${what} (${errorText(error)})`;
  if (code !== undefined && Object.hasOwn(WORDS, code)) return `${WORDS[code]} (${errorText(error)})`;
  if (syscall === 'uv_cwd') return `the working directory is gone (${errorText(error)})`;
  if (syscall !== undefined && code !== undefined) return errorText(error);
  return NO_MEMORY.test(message) ? `memory ran out (${errorText(error)})` : undefined;
}
