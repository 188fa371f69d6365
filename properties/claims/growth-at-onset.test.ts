import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('growth-at-onset', () => {
  itGetsItsVerdicts('growth-at-onset');
});
