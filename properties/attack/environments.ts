/** Unusual folders, users, limits and variables: the same verdict, or a clear message. */
import { tmpdir } from 'node:os';
import { type Attack, brokenRules, snapcheck } from './attack.ts';
import { type Case, inShell } from './shell.ts';

const VERIFY = 'snapcheck verify conservation --rung sgd --runs 2';
const KERNEL = 'snapcheck kernel $FILES/kernel.mjs --runs 2';
const GOOD = /As expected: 1 verdict/;

/** The usual verdict with these variables, and nothing else on either stream. */
const under = (name: string, env: NodeJS.ProcessEnv): Attack => ({
  kind: 'environment',
  name,
  async run() {
    const args = ['verify', 'conservation', '--rung', 'sgd', '--runs', '2'];
    const ended = snapcheck(args, { cwd: tmpdir(), env: { ...process.env, ...env } });
    const broken = brokenRules(ended, args, [0]);
    if (!GOOD.test(ended.stdout)) broken.push('the verdict is not on standard output');
    if (!/^1 of 1 verdicts done: [^\n]*\n$/.test(ended.stderr))
      broken.push(`standard error says ${ended.stderr}`);
    return broken;
  },
});

const variables: readonly Attack[] = [
  under('no HOME', { HOME: undefined }),
  under('a HOME that is not there', { HOME: '/nowhere' }),
  under('a TMPDIR that is not there', { TMPDIR: '/nowhere' }),
  under('a TMPDIR that is a file', { TMPDIR: '/dev/null' }),
  under('no PATH', { PATH: '/usr/bin:/bin' }),
  under('the C locale', { LANG: 'C', LC_ALL: 'C' }),
  under('a locale that is not there', { LANG: 'xx_YY.utf9', LC_ALL: 'xx_YY.utf9' }),
  under('Turkish, whose i has another capital', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }),
  under('a time zone that is not there', { TZ: 'Nowhere/None' }),
  under('no TERM', { TERM: undefined }),
  under('a TERM of control characters', { TERM: '\u001b[31m' }),
  under('colour is forced', { FORCE_COLOR: '3', CLICOLOR_FORCE: '1' }),
  under('columns that are no number', { COLUMNS: '-1', LINES: 'x' }),
  under('continuous integration', { CI: 'true', GITHUB_ACTIONS: 'true', GITLAB_CI: 'true' }),
  under('SNAPCHECK_DEBUG', { SNAPCHECK_DEBUG: '1' }),
  under('NODE_ENV is production', { NODE_ENV: 'production' }),
  under('one thread for files', { UV_THREADPOOL_SIZE: '1' }),
  under('errors without a trace', { NODE_OPTIONS: '--stack-trace-limit=0' }),
  under('a wrong PWD', { PWD: '/nowhere', OLDPWD: '\u001b' }),
  under(
    'many variables',
    Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`VARIABLE_${i}`, 'x'.repeat(50)])),
  ),
];

const rest: readonly Case[] = [
  {
    name: 'no variables at all',
    script: `f=$(declare -f snapcheck); env -i /bin/bash -c "$f; ${VERIFY}"`,
    codes: [0],
    stdout: GOOD,
  },
  // Folders.
  {
    name: 'a working directory that is gone',
    script: `mkdir gone; cd gone; rmdir ../gone; ${VERIFY}`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'a failing kernel, the working directory gone',
    // Node can start neither a thread nor a process there, so there is no kernel.
    script: `mkdir gone; cd gone; rmdir ../gone; ${KERNEL}`,
    codes: [1, 2],
    told: /it does not work|kernel.mjs/,
  },
  {
    name: 'a report, the working directory gone',
    script: `mkdir gone; cd gone; rmdir ../gone; ${VERIFY} --report out`,
    codes: [2],
    stderr: /--report/,
  },
  {
    name: 'a thorough run, the working directory gone',
    script: 'mkdir gone; cd gone; rmdir ../gone; snapcheck verify conservation --rung sgd --thorough',
    codes: [2, 74],
    seconds: 300,
  },
  {
    name: 'a folder with a hostile name',
    script: String.raw`d=$(printf 'a\033[31m\u202eb\nc'); mkdir "$d"; cd "$d"; ${KERNEL} --report "$d"`,
    codes: [1],
    stdout: /it does not work/,
  },
  {
    name: 'a folder whose name is not UTF-8',
    script: String.raw`d=$(printf 'a\377b'); mkdir "$d"; cd "$d"; ${VERIFY} --report out; c=$?; [ -s out/result.json ] && exit $c; exit 98`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'an argument that is not UTF-8',
    script: String.raw`snapcheck verify "$(printf 'a\377\233b')"`,
    codes: [2],
    stderr: /unknown claim/,
  },
  {
    name: 'a deep folder',
    script: `for i in $(seq 60); do mkdir ${'d'.repeat(60)}; cd ${'d'.repeat(60)}; done; ${VERIFY}`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'a folder that cannot be read',
    script: `mkdir dark; cd dark; chmod 000 .; ${VERIFY}`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'a problem in a link that goes round',
    script: 'ln -s loop loop; snapcheck explain loop/world.json',
    codes: [2],
    stderr: /loop/,
  },
  {
    name: 'files that nobody may read',
    script: `umask 777; ${VERIFY} --report out; c=$?; chmod -R 700 out; [ -s out/result.json ] || [ $c = 74 ] || exit 98; exit $c`,
    codes: [0, 74],
    stdout: GOOD,
  },
  {
    name: 'the command behind a link',
    script: `f=$(declare -f snapcheck); main=$(echo "$f" | grep -o '[^"]*/main.js'); ln -s "$main" s; $(command -v node || echo node) ./s --version`,
    codes: [0],
    stdout: /^\d+\.\d+/,
  },
  // Users and limits.
  {
    name: 'another user, who may not write here',
    script: `chmod 755 . "$FILES" "$FILES"/*; f=$(declare -f snapcheck); setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$f; ${VERIFY}"`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'another user, a report where he may not write',
    script: `chmod 755 .; f=$(declare -f snapcheck); setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$f; ${VERIFY} --report out"`,
    codes: [2],
    stderr: /EACCES/,
  },
  {
    name: 'another user, a kernel that fails where he may not write',
    script: `chmod 755 . "$FILES" "$FILES"/*; f=$(declare -f snapcheck); setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$f; ${KERNEL}"`,
    codes: [1],
    stdout: /it does not work/,
    stderr: /EACCES/,
  },
  ...[24, 20, 18].map(
    (n): Case => ({
      name: `${n} file descriptors`,
      script: `ulimit -n ${n}; ${VERIFY}`,
      codes: [0, 71],
      told: /As expected: 1 verdict|file descriptors|EMFILE/,
    }),
  ),
  {
    name: 'few file descriptors, a report',
    script: `ulimit -n 22; ${VERIFY} --report out`,
    codes: [0, 71, 74],
    told: /As expected: 1 verdict|file descriptors|EMFILE/,
  },
  {
    name: 'few file descriptors, many threads',
    script: 'ulimit -n 40; snapcheck verify conservation --runs 40 --workers 32',
    codes: [0, 71],
    told: /As expected: 2 verdicts|file descriptors|too little/,
  },
  {
    name: 'few threads',
    script: `chmod 755 .; f=$(declare -f snapcheck); setpriv --reuid 65533 --regid 65534 --clear-groups bash -c "ulimit -u 24; $f; snapcheck verify conservation --runs 40 --workers 64"`,
    codes: [0, 71],
    told: /As expected: 2 verdicts|too little/,
  },
  {
    name: 'signals that are ignored',
    script: `trap '' PIPE HUP TERM XFSZ; ${VERIFY}`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'in the background, no terminal',
    script: `setsid bash -c "$(declare -f snapcheck); ${VERIFY}" </dev/null`,
    codes: [0],
    stdout: GOOD,
  },
  {
    name: 'the lowest priority',
    script: `f=$(declare -f snapcheck); nice -n 19 bash -c "$f; ${VERIFY}"`,
    codes: [0],
    stdout: GOOD,
  },
  // Memory.
  {
    name: 'training that needs more memory than there is',
    script: 'snapcheck train --query-tokens 40 --next-per-query 50 --distinct 40 --steps 1 --seeds 1',
    env: { NODE_OPTIONS: '--max-old-space-size=40' },
    codes: [2, 71],
    seconds: 200,
  },
  {
    name: 'a thread that needs more memory than there is',
    script: 'snapcheck verify backprop --runs 40 --workers 2',
    env: { NODE_OPTIONS: '--max-old-space-size=40' },
    codes: [0, 71],
    seconds: 200,
  },
  {
    name: 'an address space that is small',
    script:
      'ulimit -v 1500000; snapcheck train --query-tokens 40 --next-per-query 50 --distinct 40 --steps 1 --seeds 1',
    codes: [0, 2, 71],
    seconds: 200,
  },
];

/** Flags of Node that disable something, and the message of the command. */
const forbids = (flags: string, args: string, stderr: RegExp): Case => ({
  name: `${flags}: ${args}`,
  script: `snapcheck ${args}`,
  env: { NODE_OPTIONS: flags },
  codes: [71],
  stderr,
});
const PERMISSION = '--experimental-permission --allow-fs-read=*';
const flags: readonly Case[] = [
  ...[
    'verify conservation --rung sgd --runs 2 --arithmetic mpfr',
    'train --trainer fast --steps 2 --seeds 1',
    'kernel --builtin tfjs-wasm --runs 2',
    'kernel --builtin tfjs-naive-wasm --runs 2',
    'bench --backend mpfr34',
    'bench --backend tfjs-wasm',
  ].map((args) => forbids('--jitless', args, /flags of Node.* forbid WebAssembly/)),
  ...['verify conservation --runs 20 --workers 2', 'kernel --builtin float64 --runs 20 --workers 2'].map(
    (args) =>
      forbids('--disallow-code-generation-from-strings', args, /flags of Node.* forbid code generation/),
  ),
  forbids(PERMISSION, 'verify conservation --runs 20 --workers 2', /forbid what needs the permission Worker/),
  forbids(PERMISSION, 'kernel $FILES/kernel.mjs --runs 1', /forbid what needs the permission ChildProcess/),
];

export const environments: readonly Attack[] = [
  ...variables,
  ...[...rest, ...flags].map((one) => inShell('environment', one)),
];
