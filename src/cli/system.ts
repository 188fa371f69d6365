/** Errors of the system, which are neither ours nor the user's. */
import { NeedsHeap } from '../io/heap.ts';
import { errorText } from '../io/streams.ts';

/** Where it says in words what it wants for. */
const WORDS: Record<string, string> = {
  ERR_WORKER_OUT_OF_MEMORY: 'memory ran out in a thread (--max-old-space-size of Node gives more)',
  ERR_WORKER_INIT_FAILED: 'a thread could not start',
  ENOMEM: 'memory ran out',
  EMFILE: 'too few file descriptors (ulimit -n)',
  ENFILE: 'too few file descriptors',
  EAGAIN: 'no more processes or threads, or memory for them (ulimit -u, -v)',
};

/** What flags of Node take away, by what is thrown where it is asked for. */
const TAKEN: readonly (readonly [RegExp, string])[] = [
  [/^WebAssembly is not supported/, 'WebAssembly'],
  [/^Code generation from strings disallowed/, 'code generation from strings, which threads need'],
];

/** What is needed and flags of Node forbid, in words. */
function forbidden({ code, message, permission }: NodeJS.ErrnoException & { permission?: string }) {
  if (code === 'ERR_ACCESS_DENIED') return `what needs the permission ${permission}`;
  return TAKEN.find(([thrown]) => thrown.test(message))?.[1];
}

/** What V8 and WebAssembly throw where memory cannot be had. */
const NO_MEMORY = /allocation failed|could not allocate memory|Invalid typed array length|out of memory/i;

/** What the system refused, in words; undefined where the error is not the system's. */
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
