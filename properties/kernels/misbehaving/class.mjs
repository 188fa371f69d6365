import { answer } from './answer.mjs';

export default class {
  name = 'a class';
  dtype = 'float32';
  declares = { expError: 2, stagePrecision: { logits: 'tf32' } };
  #answer = answer;
  step(input) {
    return this.#answer(input);
  }
}
