import { answer, kernel } from './answer.mjs';

export default kernel((input) => ({ ...answer(input), Y: input.Y.map(() => Number.NaN), loss: Number.NaN }));
