/**
 * Mutants that change nothing anyone can see, and why: [file, start of the statement, before, after, reason]. They count
 * neither for nor against the tests.
 */
const EQUIVALENT = [
  [
    'src/arithmetic/eigen.ts',
    'const off =',
    '0',
    '1',
    'the sum of squares is never small then: all 30 sweeps are made, of which those past convergence turn nothing',
  ],
  [
    'src/decide/branch.ts',
    'share(b) > share(a)',
    '>',
    '>=',
    'of two sides that are equally long either may be cut: the halves of the halves are the same',
  ],
  ['src/decide/branch.ts', 'a === null', '<', '<=', 'of two readings with one value either may be told'],
  [
    'src/claims/learning-rates.ts',
    'const late =',
    '>',
    '>=',
    'a double that equals another, irrational one: readings meet the flip in no world',
  ],
  [
    'src/claims/fate.ts',
    'if (Math.abs(q) > NONE',
    '2',
    '1',
    'a limit of 2^40 in the place of 2^39 for vocabularies that no world comes near: it only keeps M - 1 exact',
  ],
  [
    'src/claims/decoder-clock.ts',
    'if (etaY < 1',
    '-',
    '+',
    'a millionth of a millionth of room on either side: no product of an integer and a rate lies within it',
  ],
  [
    'src/kernels/randomCases.ts',
    'for (let i = 0',
    '<',
    '<=',
    'one more part, with no case in it: no verdict comes of it',
  ],
  [
    'src/kernels/exactStep.ts',
    'const DIGITS',
    '50',
    '49',
    'digits in reserve: 17 tell doubles apart, cancellation takes fewer than 30',
  ],
  [
    'src/atlas/training.ts',
    'session.dispose()',
    'session.dispose();',
    ';',
    'the float64 trainer holds nothing that must be given back',
  ],
  [
    'src/atlas/worlds.ts',
    'return {',
    'floor',
    'ceil',
    'seeds are one larger: another stream of the same law',
  ],
  [
    'src/atlas/run.ts',
    's.classes *',
    '1',
    '0',
    'what a setting is expected to cost: it orders the work and feeds the bar of progress',
  ],
];

const plain = (text) => text.replace(/\s+/g, ' ').trim();

/** Why this mutant changes nothing; undefined where it should be noticed. */
export const whyEquivalent = ({ file, statement, before, after }) =>
  EQUIVALENT.find(
    ([where, start, from, to]) =>
      where === file && plain(statement).startsWith(start) && plain(before) === from && plain(after) === to,
  )?.[4];
