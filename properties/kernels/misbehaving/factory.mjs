import { answer, kernel } from './answer.mjs';

export default () => kernel(answer);
