import { answer, kernel, provoked } from './answer.mjs';

const hoard = [];

/** Allocates 640 MB outside of V8's heap, holds it for a second, and then answers correctly. */
export default kernel(async (input) => {
  if (provoked(input)) {
    for (let i = 0; i < 40; i++) hoard.push(Buffer.alloc(2 ** 24, 1));
    await new Promise((wait) => setTimeout(wait, 1000));
  }
  return answer(input);
});
