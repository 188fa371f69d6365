#!/usr/bin/env node
/** The command line. */
import { guardStreams, somethingLost } from '../io/streams.ts';
import { EXIT } from './exit.ts';
import { reportInternal, run } from './run.ts';

const args = process.argv.slice(2);
guardStreams(args.includes('--json'));
process.on('uncaughtException', (error) => process.exit(reportInternal(error)));
const code = await run(args);
// Not process.exit: what is being ended may need a moment.
process.exitCode = code === EXIT.expected && somethingLost() ? EXIT.unwritten : code;
