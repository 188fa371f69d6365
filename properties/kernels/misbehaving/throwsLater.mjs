import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => {
  if (!provoked(input)) return answer(input);
  setTimeout(() => {
    throw new Error('nobody catches this');
  });
  return new Promise(() => {});
});
