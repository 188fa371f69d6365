import { answer } from './answer.mjs';

export default class {
  name = 'a class';
  dtype = 'float32';
  declares = {
    expError: { ulps: 3, perUnit: 2 },
    stagePrecision: { logits: 'tf32' },
    accumulate: { logits: 'tf32' },
  };
  #answer = answer;
  step(input) {
    return this.#answer(input);
  }
}
