#!/usr/bin/env node
/** The command line. Everything is loaded inside `try`, so that a failure to load is reported: too few descriptors, too little memory. */
try {
  const { start } = await import('./start.ts');
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`snapcheck cannot start: ${JSON.stringify((error as Error).message)}\n`);
  process.exitCode = 71; // EXIT.system
}
