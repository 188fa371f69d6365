import { answer, kernel, provoked } from './answer.mjs';

export default kernel((input) => (provoked(input) ? new Promise(() => {}) : answer(input)));
