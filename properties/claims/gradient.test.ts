import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('gradient', () => {
  itGetsItsVerdicts('gradient');
});
