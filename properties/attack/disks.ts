/** Disks that are full, read-only or without inodes, and paths where no file can be created: no result is lost. */
import type { Attack } from './attack.ts';
import { type Case, inShell, mountFault } from './shell.ts';

const VERIFY = 'snapcheck verify conservation --rung sgd --runs 2';
const KERNEL = 'snapcheck kernel $FILES/kernel.mjs --runs 2';
/** A small atlas: a few cells, a few seconds. */
const ATLAS = 'snapcheck atlas --claims snap --slices momentum --width 0.9';
/** The file of the rows of a thorough run with default options. */
const STATE = '.snapcheck/thorough-230516380-320-decimal.json';
const GOOD = /As expected: 1 verdict/;
const FULL = /ENOSPC/;

/** A separate file system at `disk`, and a folder that can no longer be changed after `make`. */
const full = 'mkdir disk && mount -t tmpfs -o size=16k tmpfs disk || exit 99\n';
const noInodes = 'mkdir disk && mount -t tmpfs -o nr_inodes=2 tmpfs disk || exit 99\n';
const readOnly = (before = ':') =>
  `mkdir disk && mount -t tmpfs -o size=1m tmpfs disk || exit 99\n(cd disk && ${before}); mount -o remount,ro disk\n`;
/** Fills the remaining space. */
const fill = 'cat /dev/zero >disk/zeros 2>/dev/null\n';

const mounted: readonly Case[] = [
  {
    name: 'a report that the disk has half the room for',
    script: `${full}${VERIFY} --report disk/out`,
    codes: [74],
    stdout: GOOD,
    stderr: FULL,
  },
  {
    name: 'a report on a disk that is full',
    script: `${full}mkdir disk/out; ${fill}${VERIFY} --report disk/out`,
    codes: [2, 74],
    told: /ENOSPC/,
  },
  {
    name: 'a report and a document, the disk full',
    script: `${full}mkdir disk/out; ${fill}${VERIFY} --report disk/out --json`,
    codes: [74],
    json: true,
    stdout: /"holds"/,
    stderr: FULL,
  },
  {
    name: 'a report on a disk without inodes',
    script: `${noInodes}${VERIFY} --report disk/out`,
    codes: [2],
    stderr: FULL,
  },
  {
    name: 'a report on a disk whose inodes run out',
    script: `mkdir disk && mount -t tmpfs -o nr_inodes=4 tmpfs disk || exit 99\n${VERIFY} --report disk`,
    codes: [74],
    stdout: GOOD,
    stderr: FULL,
  },
  {
    name: 'a report on a read-only disk',
    script: `${readOnly()}${VERIFY} --report disk/out`,
    codes: [2],
    stderr: /EROFS/,
  },
  {
    name: 'a disk that becomes read-only during the run',
    script: `mkdir disk && mount -t tmpfs -o size=4m tmpfs disk || exit 99\nsnapcheck verify conservation --runs 60 --report disk/out 2>log & p=$!; until grep -q 'verdicts done' log; do sleep 0.1; done; mount -o remount,ro disk; wait $p; c=$?; cat log >&2; exit $c`,
    codes: [74],
    stdout: /As expected/,
    stderr: /could not be written: EROFS/,
  },
  {
    name: 'an old report on a full disk stays whole',
    script: `mkdir disk && mount -t tmpfs -o size=4m tmpfs disk || exit 99\n${VERIFY} --report disk/out >/dev/null && cp -r disk/out old && ${fill}${VERIFY} --seed 3 --report disk/out >/dev/null; c=$?; diff -r old disk/out && exit $c; exit 98`,
    codes: [74],
    seconds: 240,
  },
  {
    name: "a kernel's report, the disk full",
    script: `${full}mkdir disk/out; ${fill}${KERNEL} --report disk/out`,
    codes: [1],
    stdout: /it does not work/,
    stderr: FULL,
  },
  {
    name: "a kernel's failing case, the folder read-only",
    script: `${readOnly()}cd disk; ${KERNEL}`,
    codes: [1],
    stdout: /it does not work/,
    stderr: /could not be written: (EROFS|ENOENT)/,
  },
  {
    name: "a kernel's failing case, the disk full",
    script: `${full}${fill}cd disk; ${KERNEL}`,
    codes: [1],
    stdout: /it does not work/,
    stderr: FULL,
  },
  {
    name: 'a run in a read-only folder',
    script: `${readOnly()}cd disk; ${VERIFY}`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'a thorough run that cannot keep its rows: read-only',
    script: `${readOnly()}cd disk; snapcheck verify conservation --rung sgd --thorough`,
    codes: [74],
    stdout: GOOD,
    stderr: /EROFS/,
    seconds: 300,
  },
  {
    name: 'a thorough run that cannot keep its rows: full',
    script: `${full}${fill}cd disk; snapcheck verify gradient --rung sgd --thorough`,
    codes: [74],
    stdout: GOOD,
    stderr: FULL,
    seconds: 300,
  },
  {
    name: 'a thorough run whose state is there, read-only',
    script: `${readOnly(`mkdir .snapcheck && echo "{}" >${STATE}`)}cd disk; snapcheck verify conservation --rung sgd --thorough`,
    codes: [2, 74],
    seconds: 300,
  },
  {
    name: 'the atlas on a disk that fills',
    script: `mkdir disk && mount -t tmpfs -o size=8k tmpfs disk || exit 99\n${ATLAS} --out disk/map`,
    codes: [74],
    stdout: /snap/,
    stderr: FULL,
    seconds: 300,
  },
  {
    name: 'the atlas on a disk without inodes',
    script: `${noInodes}${ATLAS} --out disk`,
    codes: [2, 74],
    stderr: FULL,
    seconds: 300,
  },
  {
    name: 'the atlas on a read-only disk',
    script: `${readOnly('mkdir map')}${ATLAS} --out disk/map`,
    codes: [2],
    stderr: /EROFS/,
  },
  {
    name: 'the bench on a disk that is full',
    script: `${full}mkdir disk/out; ${fill}snapcheck bench --quick --backend float64 --report disk/out`,
    codes: [74],
    stdout: /float64/,
    stderr: FULL,
    seconds: 300,
  },
];

/** Paths where no file can be created. */
const places: readonly Case[] = [
  { name: 'a report in /proc', script: `${VERIFY} --report /proc/out`, codes: [2], stderr: /--report/ },
  {
    name: 'a report in a file',
    script: `touch file; ${VERIFY} --report file/out`,
    codes: [2],
    stderr: /is a file/,
  },
  {
    name: 'a report in a device',
    script: `${VERIFY} --report /dev/null/out`,
    codes: [2],
    stderr: /is a file/,
  },
  {
    name: 'a report behind a link that goes round',
    script: `ln -s loop loop; ${VERIFY} --report loop/out`,
    codes: [2],
    stderr: /--report/,
  },
  {
    name: 'a report behind a link that leads nowhere',
    script: `ln -s nowhere gone; ${VERIFY} --report gone/out; c=$?; [ -e gone/out/result.json ] || [ $c = 2 ] && exit $c; exit 98`,
    codes: [0, 2],
  },
  {
    name: 'a report under a name that is too long',
    script: `${VERIFY} --report ${'x'.repeat(300)}`,
    codes: [2],
    stderr: /ENAMETOOLONG/,
  },
  {
    name: 'a report under a path that is too long',
    script: `${VERIFY} --report ${'x/'.repeat(3000)}out`,
    codes: [2],
    stderr: /ENAMETOOLONG/,
  },
  {
    name: 'a report with a folder in its place',
    script: `mkdir -p out/result.json/x; ${VERIFY} --report out; c=$?; [ -s out/junit.xml ] && exit $c; exit 98`,
    codes: [74],
    stdout: GOOD,
    stderr: /result\.json could not be written/,
  },
  {
    name: 'a report whose result.json is a link',
    script: `mkdir out; ln -s ../kept out/result.json; touch kept; ${VERIFY} --report out >/dev/null; c=$?; [ -L out/result.json -a -s kept ] && exit $c; exit 98`,
    codes: [0],
  },
  ...[
    ['a pipe', 'mkfifo out/result.json', '[ -p out/result.json ]'],
    ['a pipe behind a link', 'mkfifo pipe; ln -s ../pipe out/result.json', '[ -p pipe ]'],
    [
      'a device behind a link',
      'mknod null c 1 3 || mkfifo null; ln -s ../null out/result.json',
      '[ ! -f null ]',
    ],
  ].map(
    ([what, make, stays]): Case => ({
      name: `a report whose result.json is ${what}`,
      script: `mkdir out; ${make}; ${VERIFY} --report out; c=$?; ${stays} && [ -s out/junit.xml ] && exit $c; exit 98`,
      codes: [74],
      stdout: GOOD,
      stderr: /result\.json could not be written: .*it is not a regular file/,
    }),
  ),
  // Opening a pipe blocks until the other end is opened, and does not react to signals.
  ...['cells.jsonl', 'cells.jsonl.lock', 'cells-1-of-2.jsonl', 'cells-1-of-2.jsonl.lock'].map(
    (name): Case => ({
      name: `an atlas with a pipe as ${name}`,
      script: `mkdir map; mkfifo map/${name}; ${ATLAS.replace('snapcheck', 'bounded')} ${name.includes('of') ? '--shard 1/2' : ''} --out map; c=$?; [ -p map/${name} ] && exit $c; exit 98`,
      codes: [2],
      stderr: /--out|damaged/,
      told: /it is not a regular file/,
    }),
  ),
  ...['', '.lock'].map(
    (end): Case => ({
      name: `a thorough run with a pipe as its state${end}`,
      script: `mkdir .snapcheck; F=${STATE}${end}; mkfifo $F; bounded verify conservation --rung sgd --thorough; c=$?; [ -p $F ] && exit $c; exit 98`,
      codes: [2],
      stderr: /it is not a regular file/,
    }),
  ),
  {
    name: 'an atlas with a folder in its place',
    script: `mkdir -p map/cells.jsonl; ${ATLAS} --out map`,
    codes: [2, 74],
    seconds: 300,
  },
  {
    name: '.snapcheck is a file, a kernel fails',
    script: `touch .snapcheck; ${KERNEL}`,
    codes: [1],
    stdout: /it does not work/,
    stderr: /could not be written/,
  },
  {
    name: '.snapcheck is a file, a thorough run',
    script: `touch .snapcheck; snapcheck verify conservation --rung sgd --thorough`,
    codes: [2, 74],
    seconds: 300,
  },
  {
    name: 'a file that may not grow, for a report',
    script: `ulimit -f 1; ${VERIFY} --report out`,
    codes: [74],
    stdout: GOOD,
    stderr: /EFBIG/,
  },
];

/** Concurrent runs. */
const together: readonly Case[] = [
  {
    name: 'two atlases at once in one folder',
    script: `${ATLAS} --out map >one 2>&1 & a=$!; ${ATLAS} --out map >two 2>&1; b=$?; wait $a; a=$?; cat one two | grep -a 'another run' >&2; sort map/cells.jsonl | uniq -d >&2; exit $((a * 10 + b))`,
    // One run succeeds, and the other is refused.
    codes: [2, 20],
    stderr: /^snapcheck atlas: --out: another run is at work on map\/cells\.jsonl: process \d+[^\n]+\n$/,
    seconds: 300,
  },
  {
    name: 'two thorough runs at once',
    script: `T="snapcheck verify conservation --rung sgd --thorough"; $T >one 2>&1 & a=$!; $T >two 2>&1; b=$?; wait $a; a=$?; cat one two | grep -a 'another run' >&2; exit $((a * 10 + b))`,
    codes: [2, 20],
    stderr: /--thorough: another run is at work/,
    seconds: 300,
  },
  {
    name: 'an atlas that was killed goes on, to the same bytes',
    // Killed after its first cell: the first line identifies the run.
    script: `${ATLAS} --out map >/dev/null 2>&1 & until [ "$(grep -c '' map/cells.jsonl 2>/dev/null)" -gt 1 ] 2>/dev/null; do sleep 0.02; done; pkill -9 -P $! node; wait; [ -e map/cells.jsonl.lock ] || exit 97; ${ATLAS} --out map >/dev/null 2>&1 || exit 98; ${ATLAS} --out whole >/dev/null 2>&1; cmp map/atlas.json whole/atlas.json && [ ! -e map/cells.jsonl.lock ]`,
    codes: [0],
    seconds: 300,
  },
];

export const disks: readonly Attack[] = [
  ...mounted.map((one) => inShell('disk', one, mountFault)),
  ...[...places, ...together].map((one) => inShell('disk', one)),
];
