import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('clock-gap', () => {
  itGetsItsVerdicts('clock-gap');
});
