import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('long-sequence', () => {
  itGetsItsVerdicts('long-sequence');
});
