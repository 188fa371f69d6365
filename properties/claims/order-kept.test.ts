import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('order-kept', () => {
  itGetsItsVerdicts('order-kept');
});
