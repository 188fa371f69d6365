/** Hostile commands; those with an argument run `hostileServer.mjs`, a correct kernel that changes its output lines. */
import { fileURLToPath } from 'node:url';
import type { Hostile } from './kernels.ts';

const server = fileURLToPath(new URL('hostileServer.mjs', import.meta.url));
const serves = (tampering: string) => `${process.execPath} ${server} '${tampering}'`;
const hung = ['--time-limit', '0.4'];
const garbage = { code: 1, says: /^garbage: / } as const;
const misshapen = { code: 1, says: /^wrong output: / } as const;

/** The start limit is five seconds longer than the time limit of a call. */
const silent: Hostile[] = [
  {
    name: 'a command that prints errors without end',
    command: 'yes >&2',
    code: 1,
    says: /^hung: no answer within 5\d00 ms; its standard error ends:\ny\ny/,
    args: ['--time-limit', '0.1'],
  },
];

export const hostileCommands: readonly Hostile[] = [
  ...silent,
  { name: 'a command that prints lines without end', command: 'yes', ...garbage },
  {
    name: 'a command that prints one line without end',
    command: 'cat /dev/zero',
    code: 1,
    says: /^garbage: a line longer than any answer/,
  },
  { name: 'a command that says what it hears', command: 'cat', ...misshapen },
  {
    name: 'a command of bytes that are no text',
    command: "printf '\\377\\376\\200\\n'; cat >/dev/null",
    ...garbage,
  },
  {
    name: 'a command that ends in half a line',
    command: 'printf \'{"id":1,"out\'',
    code: 1,
    says: /^exited: .*after half a line of 12 bytes/,
  },
  { name: 'a command that ends at once', command: 'true', code: 1, says: /^exited: .*exit code 0/ },
  {
    name: 'a command that is not there',
    command: 'snapcheck-no-such-command',
    code: 2,
    says: /cannot start/,
  },
  {
    name: 'a command that kills its parent',
    command: 'kill -9 $PPID; sleep 1000',
    code: 1,
    says: /^exited: .*SIGKILL/,
  },
  {
    name: 'a command that kills its group',
    command: 'kill -9 0; sleep 1000',
    code: 1,
    says: /^exited: .*SIGKILL/,
  },
  {
    name: 'a command that leaves children in every way',
    command: 'setsid sleep 1000 & (sleep 1000 &) ; nohup sleep 1000 >/dev/null 2>&1 & exit 3',
    code: 1,
    says: /^exited: .*exit code 3/,
  },
  {
    name: 'a command whose child keeps its output',
    command: 'setsid sleep 1000 & exit 0',
    code: 1,
    says: /^exited: .*exit code 0/,
  },
  {
    name: 'a command that leaks',
    command: `${process.execPath} -e 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1))'`,
    code: 1,
    says: /^took too much memory: \d+ MiB; the limit is 300 MiB/,
    args: ['--memory-limit', '300'],
  },
  { name: 'a server that is right', command: serves(''), code: 0 },
  { name: 'a server of lines that end as on Windows', command: serves('crlf'), code: 0 },
  { name: 'a server that answers late', command: serves('late'), code: 1, says: /^hung: /, args: hung },
  { name: 'a server that answers twice', command: serves('twice'), ...garbage },
  { name: 'a server that answers before it is asked', command: serves('early'), ...garbage },
  { name: 'a server that answers for another', command: serves('other id'), ...garbage },
  { name: 'a server whose id is a text', command: serves('text id'), ...garbage },
  ...['id', 'output', 'Y', 'stage'].map(
    (key): Hostile => ({
      name: `a server that gives a key twice: ${key}`,
      command: serves(`${key} twice`),
      code: 1,
      says: /^garbage: .*this key is given twice/,
    }),
  ),
  { name: 'a server that wraps its answer', command: serves('array'), ...garbage },
  { name: 'a server of base64 that is too short', command: serves('short'), ...misshapen },
  { name: 'a server of base64 that is cut', command: serves('cut'), ...garbage },
  { name: 'a server of another dtype', command: serves('doubles'), ...misshapen },
  { name: 'a server of lists', command: serves('lists'), ...misshapen },
  { name: 'a server of NaN', command: serves('nan'), code: 1, says: /^Y exceeds/ },
  { name: 'a server whose loss is a text', command: serves('loss'), ...misshapen },
  { name: 'a server whose loss is bare NaN', command: serves('bare'), code: 1, says: /^loss exceeds/ },
  { name: 'a server of deep errors', command: serves('deep error'), code: 1, says: /^(threw|garbage): / },
  { name: 'a server of long errors', command: serves('long error'), code: 1, says: /^threw: x{1000}/ },
  {
    name: 'a server of errors that act on a terminal',
    command: serves('ansi error'),
    code: 1,
    says: /^threw: /,
  },
  {
    name: 'a server of many stages',
    command: serves('stages'),
    code: 1,
    says: /^wrong output: .*and \d+ more/,
  },
  { name: 'a server of prototypes', command: serves('proto'), code: 1, says: /^(wrong output|garbage)/ },
  { name: 'a server that stops itself', command: serves('stop'), code: 1, says: /^hung: /, args: hung },
  { name: 'a server that prints errors, and answers', command: serves('stderr'), code: 0 },
];
