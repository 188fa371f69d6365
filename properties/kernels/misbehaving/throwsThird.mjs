import { answer, kernel } from './answer.mjs';

let calls = 0;
export default kernel((input) => {
  if (++calls === 3) throw new RangeError('three is too many');
  return answer(input);
});
