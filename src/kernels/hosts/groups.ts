/** Starts processes that must not outlive Snapcheck, and ends them. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type Family, familyOf, MARK, membersOf } from './processes.ts';

const living = new Map<number, Family>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WINDOWS = process.platform === 'win32';

/** Most searches for further processes: a process may start others as fast as they are found. */
const ROUNDS = 100;

/**
 * Runs "$@" and exits with its exit code. A second shell waits beside it and kills all processes when the pipe on
 * descriptor 5 closes; Snapcheck holds the other end, so that this also happens when SIGKILL ends Snapcheck. The
 * kernel's parent is this shell; its own messages (`Killed`) are not shown as output of the kernel. When memory is
 * short, Linux kills the kernel first.
 *
 * Only built-in commands of the shell are used: PATH may contain no tools, or tools that a kernel put there. The
 * built-in `read` drops the zero bytes between variables. It takes a microsecond per byte; processes that started
 * before the guard cannot have the mark and are skipped.
 */
const GUARD = `
mark=$1; shift
{ read -r _ <&5
  look() { start=; read -r stat <"$1/stat" && set -- \${stat##*) } && start=\${20}; }
  look /proc/self; since=$start; round=0; found=yes
  while [ "$found" ] && [ $((round += 1)) -le ${ROUNDS} ]; do
    found=
    for one in /proc/[0-9]*; do
      look "$one"; [ "$start" -lt "$since" ] && continue
      while read -r line || [ "$line" ]; do
        case $line in *"${MARK}=$mark"*) found=yes; kill -9 "\${one#/proc/}" ;; esac
      done <"$one/environ"
    done
  done
  kill -9 0
} </dev/null >/dev/null 2>&1 3<&- 4<&- &
exec 7>&2 2>/dev/null 5<&-
echo 1000 >/proc/self/oom_score_adj
export ${MARK}=$mark
(exec "$@" 2>&7 7>&-)
exit $?`;
/** Descriptor of the pipe whose closing signals the end of Snapcheck. */
const LIFELINE = 5;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {} // it has ended already, or belongs to another user
}

/** Kills all processes of a family. On POSIX all are stopped first, so that none can start another. */
function kill(family: Family): void {
  const { leader } = family;
  if (WINDOWS) {
    spawnSync('taskkill', ['/pid', String(leader), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  signal(-leader, 'SIGSTOP');
  const found = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const more = membersOf(family).filter((pid) => !found.has(pid));
    for (const pid of more) {
      signal(pid, 'SIGSTOP');
      found.add(pid);
    }
    if (more.length === 0) break;
  }
  signal(-leader, 'SIGKILL');
  for (const pid of found) signal(pid, 'SIGKILL');
}

const killAll = () => {
  for (const family of living.values()) kill(family);
};

/**
 * By default a signal ends Snapcheck without an 'exit' event. If there are other listeners, they decide what the
 * signal does.
 */
function onSignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return;
  killAll();
  release();
  process.kill(process.pid, name);
}

function release(): void {
  process.off('exit', killAll);
  for (const name of SIGNALS) process.off(name, onSignal);
}

/** A program with its arguments, or a command line for the shell. */
export type Words = readonly string[] | string;

/** Variables that a process gets besides those of this process. */
export type Variables = Readonly<Record<string, string>>;

function start(words: Words, mark: string, more: Variables, options: SpawnOptions): ChildProcess {
  const env = { ...process.env, ...more, [MARK]: mark };
  if (WINDOWS)
    return typeof words === 'string'
      ? spawn(words, { ...options, env, shell: true })
      : spawn(words[0], words.slice(1), { ...options, env });
  const argv = typeof words === 'string' ? ['/bin/sh', '-c', words] : words;
  // The guard itself must not have the mark.
  const unmarked = { ...process.env, ...more };
  return spawn('/bin/sh', ['-c', GUARD, 'sh', mark, ...argv], { ...options, env: unmarked, detached: true });
}

/**
 * Starts a process as leader of its own group (POSIX). It and all processes it starts end when Snapcheck ends, in
 * whatever way.
 * @param stdio for descriptors 0 to 4
 */
export function startGroup(
  words: Words,
  stdio: readonly ('pipe' | 'ignore')[],
  more: Variables = {},
): { child: ChildProcess; members: () => number[] } {
  // Listen before the start: a signal in between would end Snapcheck and leave the group running.
  if (living.size === 0) {
    process.on('exit', killAll);
    // Prepended, so that `listenerCount` includes listeners that run once.
    for (const name of SIGNALS) process.prependListener(name, onSignal);
  }
  const mark = randomBytes(12).toString('hex');
  const pipes = Array.from(
    { length: LIFELINE + 1 },
    (_, i) => stdio[i] ?? (i === LIFELINE ? 'pipe' : 'ignore'),
  );
  const child = start(words, mark, more, { stdio: pipes });
  const family = child.pid === undefined ? undefined : familyOf(child.pid, mark);
  if (family) living.set(family.leader, family);
  if (living.size === 0) release();
  return { child, members: () => (family ? membersOf(family) : []) };
}

/** How long to wait for the end of killed processes, in milliseconds. */
const GONE = 2000;

/** Kills a group and waits until all its processes have ended. Only once per group: its id may be reused later. */
export async function endGroup(leader: number): Promise<void> {
  const family = living.get(leader);
  if (!family) return;
  living.delete(leader);
  kill(family);
  if (living.size === 0) release();
  for (const late = performance.now() + GONE; performance.now() < late; ) {
    const left = membersOf(family).filter((pid) => pid !== leader);
    if (left.length === 0) return;
    for (const pid of left) signal(pid, 'SIGKILL');
    await new Promise((wait) => setTimeout(wait, 5));
  }
}
