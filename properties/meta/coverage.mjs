/**
 * Line and branch coverage of `src` by the tests, with the processes and threads that they start (those run the build,
 * and count through its source maps). From the repository's root:
 *
 *     npm run coverage [-- test files, Vitest's options ..]
 *
 * Prints a line per folder, writes the uncovered lines to coverage/uncovered.txt, and fails where a test does or under
 * 95 % of lines. Without arguments the result is kept in fixtures/coverage.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import { convert } from 'ast-v8-to-istanbul';
import coverage from 'istanbul-lib-coverage';
import { parseAstAsync } from 'vite';

const LEAST_LINES = 95;
const CHILDREN = join(process.cwd(), 'coverage/children');
const DIST = join(process.cwd(), 'dist');
/** Other people's code, without source maps. */
const VENDOR = join(DIST, 'vendor');

rmSync('coverage', { recursive: true, force: true });
mkdirSync(CHILDREN, { recursive: true });
const passed = process.argv.slice(2);
const files = passed.filter((word) => !word.startsWith('-'));
const { status } = spawnSync(
  'npx',
  [
    ...[
      'vitest',
      'run',
      ...passed,
      '--coverage.enabled',
      '--coverage.provider=v8',
      '--coverage.include=src/**/*.ts',
    ],
    ...['--coverage.reporter=json', '--coverage.reportsDirectory=coverage/own', '--coverage.reportOnFailure'],
  ],
  { stdio: 'inherit', env: { ...process.env, SNAPCHECK_CHILD_COVERAGE: CHILDREN } },
);

/** Coverage of the build by child processes, mapped to the sources. */
async function ofChildren() {
  let all = { result: [] };
  for (const name of readdirSync(CHILDREN)) {
    const { result } = JSON.parse(readFileSync(join(CHILDREN, name), 'utf8'));
    const isOurs = (path) => path.startsWith(DIST) && !path.startsWith(VENDOR);
    const ours = result.filter(({ url }) => url.startsWith('file:') && isOurs(fileURLToPath(url)));
    all = mergeProcessCovs([all, { result: ours }]);
  }
  const map = coverage.createCoverageMap({});
  for (const script of all.result) {
    const path = fileURLToPath(script.url);
    const code = readFileSync(path, 'utf8');
    const sourceMap = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    const sources = sourceMap.sources.map((source) => join(path, '..', source));
    const withText = {
      ...sourceMap,
      sources,
      sourcesContent: sources.map((source) => readFileSync(source, 'utf8')),
    };
    map.merge(
      await convert({
        ast: parseAstAsync(code),
        code,
        coverage: script,
        sourceMap: withText,
        wrapperLength: 0,
      }),
    );
  }
  return map;
}

/** Hits of each line and branch; the maximum if there are several counts. */
function counts(maps, file) {
  const [lines, branches] = [new Map(), new Map()];
  const most = (map, key, hits) => map.set(key, Math.max(map.get(key) ?? 0, hits));
  for (const map of maps) {
    if (!map.files().includes(file)) continue;
    const { data } = map.fileCoverageFor(file);
    for (const [i, { start }] of Object.entries(data.statementMap)) most(lines, start.line, data.s[i]);
    for (const [i, { loc, type }] of Object.entries(data.branchMap))
      for (const [side, hits] of data.b[i].entries())
        most(branches, `${type} ${loc.start.line} ${loc.start.column} ${side}`, hits);
  }
  return { lines, branches };
}

const own = coverage.createCoverageMap(
  existsSync('coverage/own/coverage-final.json')
    ? JSON.parse(readFileSync('coverage/own/coverage-final.json', 'utf8'))
    : {},
);
const maps = [own, await ofChildren()];
const folders = {};
const uncovered = [];
for (const file of own.files().sort()) {
  const { lines, branches } = counts(maps, file);
  const name = relative(process.cwd(), file);
  const [, second, third] = name.split('/');
  for (const key of [third ? second : '(src)', 'all']) {
    folders[key] ??= { lines: 0, covered: 0, branches: 0, taken: 0 };
    folders[key].lines += lines.size;
    folders[key].branches += branches.size;
    folders[key].covered += [...lines.values()].filter((hits) => hits > 0).length;
    folders[key].taken += [...branches.values()].filter((hits) => hits > 0).length;
  }
  const open = [...lines].filter(([, hits]) => hits === 0).map(([line]) => line);
  if (open.length > 0) uncovered.push(`${name}: ${open.sort((a, b) => a - b).join(' ')}`);
}
writeFileSync('coverage/uncovered.txt', `${uncovered.join('\n')}\n`);

const percent = (part, whole) => (whole === 0 ? 100 : Math.floor((1000 * part) / whole) / 10);
const kept = Object.fromEntries(
  Object.entries(folders).map(([key, { lines, covered, branches, taken }]) => [
    key,
    { 'lines %': percent(covered, lines), 'branches %': percent(taken, branches), lines, branches },
  ]),
);
console.table(kept);
if (files.length === 0) writeFileSync('fixtures/coverage.json', `${JSON.stringify(kept, null, 1)}\n`);
const enough = kept.all['lines %'] >= LEAST_LINES || files.length > 0;
if (!enough)
  console.error(
    `Expected ${LEAST_LINES} % of lines, got ${kept.all['lines %']} %: see coverage/uncovered.txt.`,
  );
process.exitCode = status === 0 && enough ? 0 : 1;
