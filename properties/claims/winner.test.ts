import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('winner', () => {
  itGetsItsVerdicts('winner');
});
