/** What enclosures are computed with: decimal.js, or MPFR where it is installed. */
export const ENCLOSURE_LIBRARIES = ['decimal', 'mpfr'] as const;
export type EnclosureLibrary = (typeof ENCLOSURE_LIBRARIES)[number];
