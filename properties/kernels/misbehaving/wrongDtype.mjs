import { answer, kernel } from './answer.mjs';

export default kernel((input) => ({ ...answer(input), velocityZ: Float64Array.from(input.velocityZ) }));
