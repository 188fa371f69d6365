import type { Verifier } from '../../src/cli/verify.ts';
import { finding, result, rows } from '../report/synthetic.ts';

export interface Calls {
  readonly options: Parameters<Verifier['verifyAndHold']>[0][];
  /** What was said of each result: whether it was told. */
  readonly told: boolean[];
}

const rung = (name: string, decided: 'certified' | 'measured', expected: 'holds' | 'violated') => ({
  rung: name,
  decided,
  expected,
  statement: 'As it says.',
});

/** A verifier that runs nothing: it notes what it was asked for and returns the synthetic result, or `change` of it. */
export function stubVerifier(change: Parameters<typeof result>[0] = {}): Verifier & Calls {
  const options: Calls['options'] = [];
  const told: boolean[] = [];
  return {
    options,
    told,
    listClaims: () => [
      {
        claim: 'conservation',
        source: 'section 3.1',
        headline: false,
        statement: 'Row sums do not move.',
        rungs: [rung('sgd', 'certified', 'holds')],
      },
      {
        claim: 'discriminative',
        source: 'Theorem 2',
        headline: true,
        statement: 'Every distinct token gains attention.',
        rungs: [rung('two-timescale', 'certified', 'holds'), rung('population', 'measured', 'violated')],
      },
    ],
    listFindings: () => [finding()],
    verifyAndHold: async (asked) => {
      options.push(asked);
      const { claim, rung } = rows[0];
      asked.onProgress?.({
        ...{
          claim,
          rung,
          done: 1,
          total: 2,
          rowsDone: 0,
          rowsTotal: 1,
          findingsDone: 0,
          findingsTotal: 0,
          kept: 0,
        },
        ...{ work: 0.5, own: 0.5 },
      });
      return { result: result(change), release: (is) => told.push(is) };
    },
  };
}
