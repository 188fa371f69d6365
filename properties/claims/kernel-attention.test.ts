import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('kernel-attention', () => {
  itGetsItsVerdicts('kernel-attention');
});
