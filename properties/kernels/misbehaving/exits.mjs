import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => {
  if (provoked(input)) process.exit(3);
  return answer(input);
});
