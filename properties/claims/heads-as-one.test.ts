import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('heads-as-one', () => {
  itGetsItsVerdicts('heads-as-one');
});
