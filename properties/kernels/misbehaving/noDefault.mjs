export { kernel } from './answer.mjs';
