import { parentPort } from 'node:worker_threads';
import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => {
  console.log('printed by the kernel');
  if (provoked(input)) parentPort.postMessage('hello');
  return answer(input);
});
