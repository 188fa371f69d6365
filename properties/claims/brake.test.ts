import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('brake', () => {
  itGetsItsVerdicts('brake');
});
