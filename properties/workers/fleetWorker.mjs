/** A worker of a fleet whose locks are short: node fleetWorker.mjs <dist> <url> <milliseconds>. */
import { pathToFileURL } from 'node:url';

const [dist, url, lock] = process.argv.slice(2);
const { runFleetWorker } = await import(`${pathToFileURL(dist)}/workers/fleet/worker.js`);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const onNote = (line) => process.stderr.write(`${line}\n`);
const answered = await runFleetWorker({ url, threads: 1, lock: Number(lock), signal: stop.signal, onNote });
process.stderr.write(`answered ${answered}\n`);
