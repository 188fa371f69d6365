/** Rungs beside the ladder: each changes one thing about another rung. Their claims compute what moves themselves. */
import { population } from './population.ts';
import { twoTimescale } from './two-timescale.ts';

export interface Branch {
  readonly id: string;
  readonly title: string;
  /** The rung that is changed. */
  readonly parent: string;
  /** The assumption of the paper that is dropped. */
  readonly relaxes: string;
}

export const branches: readonly Branch[] = [
  {
    id: 'kernel-attention',
    title: 'attention by phi(z) in place of e^z: 1 + z, sigmoid, squared ReLU',
    parent: twoTimescale.id,
    relaxes: 'attention is softmax',
  },
  {
    id: 'heads',
    title: 'several heads, each with its own attention and decoder',
    parent: population.id,
    relaxes: 'there is one head',
  },
  {
    id: 'sign',
    title: 'signed ascent: every entry moves by eta',
    parent: population.id,
    relaxes: 'the optimiser is gradient ascent',
  },
];
