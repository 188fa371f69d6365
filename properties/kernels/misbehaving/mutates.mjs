import { answer, kernel } from './answer.mjs';

export default kernel((input) => {
  input.Z[0] += 1;
  return answer(input);
});
