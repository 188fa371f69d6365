import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => {
  while (provoked(input)) {}
  return answer(input);
});
