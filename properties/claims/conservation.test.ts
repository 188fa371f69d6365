import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('conservation', () => {
  itGetsItsVerdicts('conservation');
});
