import fc from 'fast-check';
import type { Arbitrary } from './problems.ts';

/** The world of a statement that is proved for all worlds at once. */
export interface Domain {
  readonly domain: 'whole';
}

export const wholeDomain = (): Arbitrary<Domain> => fc.constant({ domain: 'whole' });
