/** The one list of symbols: every symbol in the code that denotes a quantity of the paper. */
export interface Notation {
  readonly symbol: string;
  readonly name: string;
  readonly shape: string;
  readonly source: string;
}

/** Every symbol, with its name, shape and source. */
export const notation: readonly Notation[] = [
  { symbol: 'M', name: 'vocabulary size', shape: 'integer', source: 'section 3' },
  { symbol: 'K', name: 'number of sequence classes (next tokens)', shape: 'integer', source: 'section 3' },
  {
    symbol: 'T',
    name: 'sequence length; T - 1 contextual tokens and the query',
    shape: 'integer >= 2',
    source: 'section 3',
  },
  { symbol: 'psi', name: 'query token of a class, m = psi(n)', shape: '[K] -> [M]', source: 'section 3.2' },
  {
    symbol: 'P',
    name: 'P(l|n), probability of a contextual token in a class',
    shape: 'M x K',
    source: 'section 3.2',
  },
  { symbol: 'Omega', name: 'classes in which a token occurs', shape: '[M] -> sets', source: 'section 3.2' },
  { symbol: 'DT', name: 'distinct token: occurs in one class', shape: 'token', source: 'section 3.2' },
  { symbol: 'CT', name: 'common token: occurs in several classes', shape: 'token', source: 'section 3.2' },
  { symbol: 'Y', name: 'decoder logits', shape: 'M x M', source: 'section 3.1' },
  {
    symbol: 'Z',
    name: 'attention logits; row m serves query token m',
    shape: 'M x M',
    source: 'section 3.1',
  },
  { symbol: 'b', name: 'attention over positions', shape: 'T - 1', source: 'Eq. 1' },
  {
    symbol: 'v, c',
    name: 'attention over tokens (finite T, and the limit T -> inf)',
    shape: 'M',
    source: 'Eq. 5',
  },
  { symbol: 'f', name: 'normalised attention output v / ||v||_2', shape: 'M', source: 'Eq. 7' },
  { symbol: 'Phi', name: '[f_1 .. f_K]; the paper prints F', shape: 'M x K', source: 'section 4' },
  { symbol: 'E', name: 'Phi^T Phi - I', shape: 'K x K', source: 'Assumption 2' },
  {
    symbol: "E'",
    name: 'I - (I + E)^-1 (Appendix D.1 prints the opposite sign)',
    shape: 'K x K',
    source: 'Lemma 14, Eq. 26',
  },
  { symbol: 'A', name: '(I + E)^-1', shape: 'K x K', source: 'Lemma 14' },
  { symbol: 'alpha', name: 'predicted probabilities softmax(Y^T f)', shape: 'M', source: 'Lemma 1' },
  {
    symbol: 'g',
    name: 'gradient backpropagated to the attention output, Y (e_n - alpha)',
    shape: 'M',
    source: 'Theorem 1',
  },
  { symbol: 'zeta', name: 'M/(M-1) (e_n - 1/M)', shape: 'M', source: 'Lemma 5' },
  {
    symbol: 'h',
    name: 'decoder clock: exp(Mh) + (M-1) M h = M etaY t + 1',
    shape: 'scalar',
    source: 'Lemma 6',
  },
  {
    symbol: 'gamma',
    name: 'speed of attention, (M-1)^2 h / (M - 1 + exp(Mh))',
    shape: 'scalar',
    source: 'Theorem 1',
  },
  {
    symbol: 'Gamma',
    name: 'etaZ times the integral of gamma; (etaZ/etaY) K (M-1)^2 h(t/K)^2 / 2',
    shape: 'scalar',
    source: 'Theorem 4',
  },
  {
    symbol: 'q0, q1',
    name: '-M/(M-1)^2 and 1 + 1/(M-1), entries of the decoder residuals',
    shape: 'scalars',
    source: 'Appendix D',
  },
  {
    symbol: 'xi',
    name: "gamma times sum of beta_nn' f_n.f_n'; drives the distinct tokens of class n",
    shape: 'K',
    source: 'Theorem 1',
  },
  {
    symbol: 'phi',
    name: '(f_1l, .., f_Kl): the entries of one token in every class',
    shape: 'K',
    source: 'Theorem 2',
  },
  { symbol: 'B', name: '(etaZ/K) times the integral of xi_n', shape: 'K', source: 'Theorem 3' },
  {
    symbol: 'r',
    name: 'relative gain f_l^2 / f_k^2 - 1 of two distinct tokens',
    shape: 'scalar',
    source: 'Theorem 3',
  },
  { symbol: 'chi', name: 'growth factor exp(2 (z_l(t) - z_l(0)))', shape: 'scalar', source: 'Theorem 3' },
  {
    symbol: 'tau',
    name: 'scan-curve parameter: 1 - exp(-2 z_l) = tau P(l|n)^2 for the distinct tokens of a class',
    shape: 'scalar in [0, 1/P_max^2)',
    source: 'own',
  },
  {
    symbol: 't0',
    name: 'onset of the snap, 2 K ln(M) / etaY to leading order',
    shape: 'steps',
    source: 'Theorem 4',
  },
];
