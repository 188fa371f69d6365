/** Talks with a kernel's process in lines of JSON (`protocol.ts`). */
import { constants as bufferConstants } from 'node:buffer';
import type { StepInput } from '../../model/stepInput.ts';
import { outputLengths } from './checkOutput.ts';
import { decodeHello } from './declaration.ts';
import { Lines } from './lines.ts';
import { decodeAnswer, encodeRequest, excerpt } from './protocol.ts';
import type { OpenWire } from './wire.ts';

/** Longest line that is read before the first request, in characters. */
const LONGEST_UNEXPECTED = 2 ** 20;

/** An upper bound of an answer's length in characters: base64 takes 11 per number, a JSON array of numbers about 25. */
export const longestAnswer = (input: StepInput): number =>
  Math.min(
    bufferConstants.MAX_STRING_LENGTH - 2 ** 20, // room for the rest of the last chunk
    LONGEST_UNEXPECTED + 64 * Object.values(outputLengths(input)).reduce((a, b) => a + b),
  );

export const lineWire: OpenWire = (deliver, garbage) => {
  let longest = LONGEST_UNEXPECTED;
  let flooded = false;
  const lines = new Lines((line) =>
    deliver({
      what: 'a line on standard output',
      excerpt: excerpt(line),
      hello: () => decodeHello(line),
      output: (id, input) => decodeAnswer(line, id, input),
    }),
  );
  return {
    request(id, input) {
      longest = longestAnswer(input);
      return `${encodeRequest(id, input)}\n`;
    },
    push(chunk) {
      if (flooded) return;
      lines.push(chunk);
      if (lines.size <= longest) return;
      flooded = true;
      garbage(`a line longer than any answer${lines.half()}`);
    },
    half: () => lines.half(),
  };
};
