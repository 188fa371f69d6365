/** Streams that are closed, full, slow, read-only or lost: the verdict is reported on the remaining stream. */
import type { Attack } from './attack.ts';
import { type Case, inShell } from './shell.ts';

const VERIFY = 'snapcheck verify conservation --rung sgd --runs 2';
const TRAIN = 'snapcheck train --steps 2 --seeds 1';
const EXPLAIN = 'snapcheck explain $FILES/world.json --steps 10';
const KERNEL = 'snapcheck kernel $FILES/kernel.mjs --runs 2';
const LONG = 'snapcheck verify --list --json';
const GOOD = /As expected: 1 verdict/;

const cases: readonly Case[] = [
  // Standard output is full: its text goes to standard error.
  { name: 'a verdict, stdout full', script: `${VERIFY} >/dev/full`, codes: [74], stderr: GOOD },
  {
    name: 'a document, stdout full',
    script: `${VERIFY} --json >/dev/full`,
    codes: [74],
    stderr: /"verdict": "holds"/,
  },
  {
    name: 'a list, stdout full',
    script: 'snapcheck verify --list >/dev/full',
    codes: [74],
    stderr: /discriminative/,
  },
  { name: 'training, stdout full', script: `${TRAIN} >/dev/full`, codes: [74], stderr: /entropy/i },
  { name: 'an explanation, stdout full', script: `${EXPLAIN} >/dev/full`, codes: [74], stderr: /token/ },
  {
    name: 'a failing kernel, stdout full',
    script: `${KERNEL} >/dev/full`,
    codes: [1],
    stderr: /it does not work/,
  },
  { name: 'help, stdout full', script: 'snapcheck --help >/dev/full', codes: [74], stderr: /Usage/ },
  {
    name: 'the version, stdout full',
    script: 'snapcheck --version >/dev/full',
    codes: [74],
    stderr: /^[^\n]+\n\d+\.\d+/,
  },
  // Standard error is full: its text goes to standard output, but never together with a document.
  { name: 'a verdict, stderr full', script: `${VERIFY} 2>/dev/full`, codes: [0], stdout: GOOD },
  {
    name: 'a document, stderr full',
    script: `${VERIFY} --json 2>/dev/full`,
    codes: [0, 74],
    json: true,
    stdout: /"holds"/,
  },
  {
    name: 'bad input, stderr full',
    script: 'snapcheck verify nothing 2>/dev/full',
    codes: [2],
    stdout: /unknown claim/,
  },
  {
    name: 'bad input and --json, stderr full',
    script: 'snapcheck verify nothing --json 2>/dev/full',
    codes: [2],
    stdout: /^$/,
  },
  {
    name: 'a failing kernel, stderr full',
    script: `${KERNEL} 2>/dev/full`,
    codes: [1],
    stdout: /it does not work/,
  },
  // Both.
  { name: 'a verdict, both full', script: `${VERIFY} >/dev/full 2>/dev/full`, codes: [74] },
  { name: 'a failing kernel, both full', script: `${KERNEL} >/dev/full 2>/dev/full`, codes: [1] },
  { name: 'bad input, both full', script: 'snapcheck verify nothing >/dev/full 2>/dev/full', codes: [2] },
  {
    name: 'a report, both full',
    script: `${VERIFY} --report out >/dev/full 2>/dev/full; c=$?; grep -c . out/result.json >&2; exit $c`,
    codes: [74],
    stderr: /[1-9]/,
  },
  {
    name: 'a thorough run, both full: the same command tells it again',
    script: `T="snapcheck verify effective-rate --rung frozen --thorough"; $T >/dev/full 2>/dev/full; a=$?; [ -e .snapcheck/thorough-230516380-320-decimal.json ] || exit 97; $T || exit 98; [ -e .snapcheck/thorough-230516380-320-decimal.json ] && exit 96; exit $a`,
    codes: [74],
    stdout: GOOD,
    stderr: /Going on with what the same run finished/,
  },
  {
    name: 'a thorough run, both full: no run of other settings takes its rows',
    script: `T="snapcheck verify effective-rate --rung frozen --thorough"; $T >/dev/full 2>/dev/full; $T --digits 60 >/dev/null 2>&1 || exit 98; $T`,
    codes: [0],
    stdout: GOOD,
    stderr: /Going on with what the same run finished/,
  },
  // Closed: Node opens /dev/null instead, so there is nothing to report.
  { name: 'stdin closed', script: `${VERIFY} <&-`, codes: [0], stdout: GOOD },
  { name: 'stdout closed', script: `${VERIFY} >&-`, codes: [0, 74] },
  { name: 'stderr closed', script: `${VERIFY} 2>&-`, codes: [0], stdout: GOOD },
  { name: 'all closed', script: `${VERIFY} <&- >&- 2>&-`, codes: [0, 74] },
  { name: 'a failing kernel, all closed', script: `${KERNEL} <&- >&- 2>&-`, codes: [1] },
  // Not writable.
  { name: 'stdout for reading only', script: `touch file; ${VERIFY} 1<file`, codes: [74], stderr: GOOD },
  { name: 'stdout a folder', script: `${VERIFY} 1</`, codes: [74], stderr: GOOD },
  { name: 'stderr for reading only', script: `touch file; ${VERIFY} 2<file`, codes: [0], stdout: GOOD },
  // Readers that close the pipe, and slow readers.
  {
    name: 'the reader has left',
    script: `${LONG} | true; exit \${PIPESTATUS[0]}`,
    codes: [74],
    stderr: /^$/,
  },
  {
    name: 'the reader leaves after a line',
    script: `${LONG} | head -1 >/dev/null; exit \${PIPESTATUS[0]}`,
    codes: [0, 74],
    stderr: /^$/,
  },
  {
    name: 'the reader of a verdict has left',
    script: `${VERIFY} | true; exit \${PIPESTATUS[0]}`,
    codes: [74],
  },
  { name: 'the reader of stderr has left', script: `${VERIFY} 2> >(true)`, codes: [0], stdout: GOOD },
  {
    name: 'the one reader of both has left',
    script: `${VERIFY} 2>&1 | true; exit \${PIPESTATUS[0]}`,
    codes: [74],
  },
  {
    name: 'a failing kernel, the reader has left',
    script: `${KERNEL} | true; exit \${PIPESTATUS[0]}`,
    codes: [1],
  },
  {
    name: 'a slow reader',
    script: `for i in 1 2 3; do ${LONG}; done | (sleep 3; cat) | tail -c 3`,
    codes: [0],
    stdout: /\}\n$/,
  },
  {
    name: 'a reader of a fifo that leaves',
    script: `mkfifo f; (head -c 10 f >/dev/null)& ${LONG} >f; c=$?; wait; exit $c`,
    codes: [0, 74],
  },
  {
    name: 'a pipe that does not block',
    script: `python3 -c 'import os,sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])' bash -c "$(declare -f snapcheck); for i in 1 2 3 4; do ${LONG}; done" | (sleep 3; cat) | wc -l`,
    codes: [0],
    stdout: /^\d{4,}\n$/,
  },
  // Limits of a file.
  {
    name: 'a file that may not grow',
    script: `ulimit -f 1; ${LONG} >file`,
    codes: [74],
    stderr: /EFBIG[\s\S]*"findings"/,
  },
  {
    name: 'a disk that fills',
    script: `mkdir disk && mount -t tmpfs -o size=8k tmpfs disk || exit 74; ${LONG} >disk/file`,
    codes: [74],
  },
  // Terminals.
  {
    name: 'a terminal',
    script: `script -qec "bash -c '$(declare -f snapcheck); ${VERIFY}'" /dev/null >log </dev/null; c=$?; grep -ao 'As expected: 1 verdict' log; exit $c`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'a terminal that goes away',
    script: `echo "$(declare -f snapcheck); trap '' HUP; snapcheck verify conservation --runs 100; echo \\$? >code" >run
      script -qec 'bash run' /dev/null >/dev/null </dev/null & sleep 2; kill -9 $!
      for i in $(seq 100); do [ -s code ] && exit $(cat code); sleep 1; done`,
    codes: [74],
  },
];

export const streams: readonly Attack[] = cases.map((one) => inShell('stream', one));
