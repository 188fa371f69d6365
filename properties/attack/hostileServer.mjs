/** A correct kernel for the protocol of commands; its first argument selects how it falsifies its answers. */
import { createInterface } from 'node:readline';
import { PlainKernel } from '../../fixtures/kernels/plain.mjs';

const [, , tampering] = process.argv;
const kernel = new PlainKernel();
const say = (value) => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);

const decode = (text, Kind) => new Kind(new Uint8Array(Buffer.from(text, 'base64')).buffer);
const encode = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
const encodeAll = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, encode(a)]));

function answerTo({ id, input }) {
  const arrays = Object.fromEntries(
    ['Y', 'Z', 'velocityY', 'velocityZ'].map((name) => [name, decode(input[name], Float32Array)]),
  );
  const ids = Object.fromEntries(
    ['contexts', 'queries', 'targets'].map((name) => [name, decode(input[name], Int32Array)]),
  );
  const { loss, stages, ...matrices } = kernel.step({ ...input, ...ids, ...arrays });
  return { id, output: { ...encodeAll(matrices), loss, stages: encodeAll(stages) } };
}

const withY = (answer, Y) => ({ ...answer, output: { ...answer.output, Y } });
const floats = (answer) => decode(answer.output.Y, Float32Array);
const tamper = {
  crlf: (answer) => say(`${JSON.stringify(answer)}\r`),
  late: (answer) => (answer.id === 1 ? say(answer) : setTimeout(() => say(answer), 600)),
  twice: (answer) => say(`${JSON.stringify(answer)}\n${JSON.stringify(answer)}`),
  early: (answer) => say(`${JSON.stringify(answer)}\n${JSON.stringify({ ...answer, id: answer.id + 1 })}`),
  'other id': (answer) => say({ ...answer, id: answer.id + 1 }),
  'text id': (answer) => say({ ...answer, id: String(answer.id) }),
  'id twice': (answer) => say(JSON.stringify(answer).replace('{', '{"id":999,')),
  'output twice': (answer) => say(JSON.stringify(answer).replace('{', '{"output":{},')),
  'Y twice': (answer) => say(JSON.stringify(answer).replace('"output":{', '"output":{"Y":"",')),
  'stage twice': (answer) => say(JSON.stringify(answer).replace('"stages":{', '"stages":{"logits":"",')),
  array: (answer) => say([answer]),
  short: (answer) => say(withY(answer, encode(floats(answer).subarray(1)))),
  cut: (answer) => say(withY(answer, answer.output.Y.slice(0, -3))),
  doubles: (answer) => say(withY(answer, encode(Float64Array.from(floats(answer))))),
  lists: (answer) => say(withY(answer, [...floats(answer)])),
  nan: (answer) => say(withY(answer, encode(floats(answer).fill(Number.NaN)))),
  loss: (answer) => say({ ...answer, output: { ...answer.output, loss: '0.5' } }),
  bare: (answer) => say(JSON.stringify(answer).replace(/"loss":[^,]*/, '"loss":NaN')),
  'deep error': ({ id }) => say(`{"id":${id},"error":${'['.repeat(2e5)}${']'.repeat(2e5)}}`),
  'long error': ({ id }) => say({ id, error: 'x'.repeat(9e5) }),
  'ansi error': ({ id }) => say({ id, error: '\u001b[31m\u202eevil' }),
  stages: (answer) => {
    for (let i = 0; i < 2e4; i++) answer.output.stages[`x${i}`] = '';
    say(answer);
  },
  proto: ({ id }) => say(`{"__proto__":{"output":1},"id":${id},"output":{"__proto__":{"Y":""}}}`),
  stop: (answer) => (answer.id === 1 ? say(answer) : process.kill(process.pid, 'SIGSTOP')),
  stderr: (answer) => {
    process.stderr.write('e'.repeat(1e6), () => say(answer));
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const answer = answerTo(JSON.parse(line));
  (tamper[tampering] ?? say)(answer);
});
