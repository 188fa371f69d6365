import { answer, kernel } from './answer.mjs';

const text = `${'x'.repeat(999)}\n`.repeat(10_000);

/** Prints 20 MB a call, and fails where any of it still waits to be written after the print. */
export default kernel((input) => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write(text);
    if (stream.writableLength > 0) throw new Error(`${stream.writableLength} bytes wait`);
  }
  return answer(input);
});
