/** A kernel in a process with the fault given as argument: `node process.mjs BEHAVIOUR [PID FILE]`. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , behaviour, pidFile] = process.argv;
const say = (value) => process.stdout.write(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);
const sleepForEver = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const echo = ({ id, input: { Y, Z, velocityY, velocityZ } }) => ({
  id,
  output: { Y, Z, velocityY, velocityZ, loss: 0 },
});
/** Twice as many bytes: float64 instead of float32. */
const doubled = (text) => {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  const singles = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return Buffer.from(Float64Array.from(singles).buffer).toString('base64');
};
const leave = (code) => {
  console.error('some last words');
  process.exit(code);
};

const provoked = {
  sleeps: sleepForEver,
  'half a line, then silence': () => say('{"id":2,"outp'),
  'half a line, then the end': () => process.stdout.write('{"id":2,"outp', () => leave(0)),
  exits: () => leave(3),
  'is killed': () => process.kill(process.pid, 'SIGSEGV'),
  garbage: () => say('Epoch 1: loss 3.21\n'),
  'an extra line': (request) => say('computing...\n') && say(echo(request)),
  'wrong id': (request) => say({ ...echo(request), id: 77 }),
  'bad base64': ({ id, input }) => say({ id, output: { ...echo({ id, input }).output, Y: '*' } }),
  'wrong dtype': ({ id, input }) =>
    say({ id, output: { ...echo({ id, input }).output, Y: doubled(input.Y) } }),
  'wrong shape': ({ id, input }) =>
    say({ id, output: { ...echo({ id, input }).output, Z: input.Z.slice(0, 4) } }),
  'no output': ({ id }) => say({ id }),
  error: ({ id }) => say({ id, error: 'ValueError: of its own' }),
  nan: ({ id, input }) => say(`${JSON.stringify(echo({ id, input })).replace('"loss":0', '"loss":NaN')}\n`),
  flood: () => setInterval(() => say('x'.repeat(2 ** 16)), 0),
};

if (pidFile) writeFileSync(pidFile, `${spawn('sleep', ['1000'], { stdio: 'inherit' }).pid}`);
createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  if (request.input.momentum === 0.5) provoked[behaviour](request);
  else say(echo(request));
});
