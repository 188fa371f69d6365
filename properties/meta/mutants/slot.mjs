/**
 * A process that keeps one Vitest for one copy of the tree, and runs test files in it: messages
 * `{ run: [test files], edits: [{ file, text }] }` are answered by `{ failed, test, message, ms }` a file, up to the first that fails.
 */
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { replaceSource } from './copy.mjs';

const root = process.argv[2];
process.chdir(root);
const vitest = await createVitest(
  'test',
  { root, watch: false, reporters: [{}], maxWorkers: 1, bail: 1 },
  { server: { watch: null } },
);
await vitest.globTestSpecifications();

const failureOf = (module) => {
  for (const test of module.children.allTests())
    if (test.result().state === 'failed')
      return { test: test.fullName, message: test.result().errors?.[0]?.message };
  const [error] = module.errors();
  if (error) return { test: '(the file)', message: error.message };
  for (const suite of module.children.allSuites())
    if (suite.errors().length > 0) return { test: suite.fullName, message: suite.errors()[0].message };
  return module.state() === 'failed' ? { test: '(the file)', message: 'failed' } : undefined;
};

async function runFile(file) {
  const start = performance.now();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([
    vitest.getRootProject().createSpecification(join(root, file)),
  ]);
  // Vitest returns every cached module.
  const mine = testModules.filter(({ moduleId }) => moduleId === join(root, file));
  const failure =
    (mine.length === 1 ? failureOf(mine[0]) : { test: '(the file)', message: 'did not run' }) ??
    (unhandledErrors.length > 0
      ? { test: '(unhandled)', message: String(unhandledErrors[0]?.message) }
      : undefined);
  return { file, failed: Boolean(failure), ...failure, ms: Math.round(performance.now() - start) };
}

process.on('message', async ({ run, edits, keep }) => {
  const restore = edits.map(({ file, text }) => replaceSource(root, file, text));
  const invalidate = () => {
    for (const { file } of edits) vitest.invalidateFile(join(root, file));
  };
  invalidate();
  let last = { failed: false };
  for (const file of run) {
    process.send({ at: file });
    last = await runFile(file);
    if (last.failed) break;
  }
  if (!keep) {
    for (const undo of restore) undo();
    invalidate();
  }
  process.send({ done: last });
});
process.send({ ready: true });
