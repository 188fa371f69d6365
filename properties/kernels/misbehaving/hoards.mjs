import { answer, kernel, provoked } from './answer.mjs';

const hoard = [];

/** Takes 640 MB outside of V8's heap, keeps them while it waits a second, and then answers rightly. */
export default kernel(async (input) => {
  if (provoked(input)) {
    for (let i = 0; i < 40; i++) hoard.push(Buffer.alloc(2 ** 24, 1));
    await new Promise((wait) => setTimeout(wait, 1000));
  }
  return answer(input);
});
