import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('signed-ascent', () => {
  itGetsItsVerdicts('signed-ascent');
});
