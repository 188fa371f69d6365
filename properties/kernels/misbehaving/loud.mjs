import { answer, kernel } from './answer.mjs';

const text = `${'x'.repeat(999)}\n`.repeat(10_000);

/** Prints 20 MB per call, and fails if the output is still buffered after the print. */
export default kernel((input) => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write(text);
    if (stream.writableLength > 0) throw new Error(`${stream.writableLength} bytes wait`);
  }
  return answer(input);
});
