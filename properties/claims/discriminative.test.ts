import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative', () => {
  itGetsItsVerdicts('discriminative');
});
