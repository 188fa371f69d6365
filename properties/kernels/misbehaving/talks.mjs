import { writeSync } from 'node:fs';
import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => {
  console.log('printed by the kernel');
  if (provoked(input)) writeSync(4, 'hello'.repeat(10));
  return answer(input);
});
