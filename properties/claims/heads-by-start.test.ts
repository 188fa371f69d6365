import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('heads-by-start', () => {
  itGetsItsVerdicts('heads-by-start');
});
