/** Kernels' processes that must not outlive this one. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type Family, familyOf, MARK, membersOf } from './processes.ts';

const living = new Map<number, Family>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WINDOWS = process.platform === 'win32';

/** How often to look for more: a process may start others as fast as they are found. */
const ROUNDS = 100;

/**
 * Runs "$@" and ends as it ends. Beside it waits a shell that ends everything when the pipe on descriptor 5, whose other
 * end is ours, is closed: so it is when SIGKILL ends us. The kernel's parent is this shell, not us, and what it says
 * itself (`Killed`) is no kernel's word. Where memory is short, Linux takes the kernel first.
 *
 * The shell's own words alone are used: PATH may lead to no tool, or to a kernel's. Its `read` drops the zeros between
 * variables. It takes a microsecond a byte, so that what started before the guard, and has no mark, is passed over.
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
/** Descriptor of the pipe that tells our end. */
const LIFELINE = 5;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {} // it is gone already, or not ours
}

/** SIGKILL to all of a family, or what comes nearest. All are stopped first, so that none starts another meanwhile. */
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

/** By default a signal ends us without an 'exit' event. Where others listen too, what it does is theirs to say. */
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

/** A command with its arguments; as one text for the shell where it is one. */
export type Words = readonly string[] | string;

function start(words: Words, mark: string, options: SpawnOptions): ChildProcess {
  const env = { ...process.env, [MARK]: mark };
  if (WINDOWS)
    return typeof words === 'string'
      ? spawn(words, { ...options, env, shell: true })
      : spawn(words[0], words.slice(1), { ...options, env });
  const argv = typeof words === 'string' ? ['/bin/sh', '-c', words] : words;
  return spawn('/bin/sh', ['-c', GUARD, 'sh', mark, ...argv], { ...options, detached: true });
}

/**
 * Starts a process that leads a group of its own (POSIX). From its first moment on, it and all that it starts end when we
 * do, however that is.
 * @param stdio of descriptors 0 to 4
 */
export function startGroup(
  words: Words,
  stdio: readonly ('pipe' | 'ignore')[],
): { child: ChildProcess; members: () => number[] } {
  // Listening comes first: between a start and what follows it, a signal would end us and leave the group.
  if (living.size === 0) {
    process.on('exit', killAll);
    // In front, to see listeners that are there for one time only.
    for (const name of SIGNALS) process.prependListener(name, onSignal);
  }
  const mark = randomBytes(12).toString('hex');
  const pipes = Array.from(
    { length: LIFELINE + 1 },
    (_, i) => stdio[i] ?? (i === LIFELINE ? 'pipe' : 'ignore'),
  );
  const child = start(words, mark, { stdio: pipes });
  const family = child.pid === undefined ? undefined : familyOf(child.pid, mark);
  if (family) living.set(family.leader, family);
  if (living.size === 0) release();
  return { child, members: () => (family ? membersOf(family) : []) };
}

/** How long to wait for what was killed to be gone, in milliseconds. */
const GONE = 2000;

/** Ends a group now, and waits until nothing of it is left. Only once for each: its number may be another's later. */
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
