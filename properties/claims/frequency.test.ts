// heavy: 9 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('frequency', () => {
  itGetsItsVerdicts('frequency');
});
