/**
 * Mutants that change nothing anyone can see, and why: [file, start of the statement, before, after, reason]. They count
 * neither for nor against the tests.
 */
const EQUIVALENT = [
  [
    'src/arithmetic/eigen.ts',
    'A.reduce((s, row, i)',
    '0',
    '1',
    'the sum of squares is never small then: all 30 sweeps are made, of which those past convergence turn nothing',
  ],
  [
    'src/decide/branch.ts',
    '(share(b) > share(a)',
    '>',
    '>=',
    'of two sides that are equally long either may be cut: the halves of the halves are the same',
  ],
  ['src/decide/branch.ts', '(a === null', '<', '<=', 'of two readings with one value either may be told'],
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
  [
    'src/arithmetic/decimal.ts',
    '({ lo: lo.isFinite()',
    'upper',
    'lower',
    'of the upper end with its ulp: the two differ where the sum is 0, infinite or no number, and an ulp is too small for the first; the second is the last number of all, which no operand comes within an ulp of',
  ],
  [
    'src/arithmetic/doubleDouble.ts',
    'div(point(1), point(k || 1))',
    '1',
    '0',
    'the reciprocal of 0, which the series, from k = 2 on, never reads (the other 1 is killed)',
  ],
  [
    'src/decide/enclosure.ts',
    'return now === 0',
    '<=',
    '<',
    'a width that equals half of its digits to the last bit: widths are sums of roundings and meet it in no world',
  ],
  [
    'src/claims/conservation.ts',
    'F.div(x, total)',
    'div',
    'mul',
    'b times a positive number: f = X^T b / ||X^T b|| is the same',
  ],
  ['src/claims/slowing.ts', 'let begin = 0', '0', '1', 'set at the first motion, before it is read'],
  [
    'src/claims/slowing.ts',
    'if (Math.exp(x) <',
    '<',
    '<=',
    'a double that equals an irrational one: no time of the grid meets any of the four bounds',
  ],
  [
    'src/claims/fate.ts',
    'if (q * r < 0',
    '<',
    '<=',
    'q is not 0 there; where r is, the threshold is 0, and not above the last one',
  ],
  ['src/claims/scan-curve.ts', 'const curve =', '1', '2', 'of the sense only the sign is read'],
  ['src/claims/scan-curve.ts', 'const ordered =', '>', '>=', 'the sense is 1 or -1, never 0'],
  [
    'src/claims/scan-curve.ts',
    'yield positive(`tau of',
    '0',
    '1',
    'on the curve all distinct tokens have one tau, as the equalities beside it ask; off it, in the control, those equalities fail whichever is read here',
  ],
  [
    'src/claims/long-sequence.ts',
    '(a === l ?',
    '*',
    '/',
    'the reciprocal of a difference has its sign; of tokens with one e^z any order gives l the same attention',
  ],
  [
    'src/verify/jobs.ts',
    'if (signal?.aborted) return false',
    'false',
    'true',
    'worlds that are drawn after the signal are not judged either way: the answer is null',
  ],
  [
    'src/claims/learning-rates.ts',
    'return fall > VISIBLE',
    '>',
    '>=',
    'a fall that equals a part of the start to the last bit; the start is not 0, as every class has two distinct tokens',
  ],
  [
    'src/claims/discriminative.ts',
    'export const discriminative',
    '1500',
    '1499',
    'the longest random run is one step shorter: no statement speaks of that length',
  ],
  [
    'src/claims/discriminative-symmetric.ts',
    'export const discriminativeSymmetricSteps',
    '1000',
    '1001',
    'the longest random run is one step longer: no statement speaks of that length',
  ],
  [
    'src/arithmetic/doubleDouble.ts',
    'export const doubleDouble',
    '29',
    '30',
    'digits are read by the clock alone, which doubles 15 until it has them: once for both',
  ],
  [
    'src/kernels/hosts/moduleMain.ts',
    'leave(0)',
    '0',
    '1',
    'why there is no kernel has been written by then, and ends the asking: the exit code of this process is not read',
  ],
  [
    'src/kernels/hosts/groups.ts',
    'for (let round = 0',
    'round++',
    'round--',
    'rounds end where no more are found; their limit is for a family that grows for ever, which is stopped meanwhile',
  ],
  [
    'src/kernels/hosts/groups.ts',
    'if (more.length === 0) break',
    'break;',
    ';',
    'looks again, in vain: all of them are stopped',
  ],
];

const plain = (text) => text.replace(/\s+/g, ' ').trim();

/** Why this mutant changes nothing; undefined where it should be noticed. */
export const whyEquivalent = ({ file, statement, before, after }) =>
  EQUIVALENT.find(
    ([where, start, from, to]) =>
      where === file && plain(statement).startsWith(start) && plain(before) === from && plain(after) === to,
  )?.[4];
