import type { Decided, Verdict } from '../verify/result.ts';

/** What the registry knows of a claim before anything runs. */
export interface ClaimInfo {
  readonly claim: string;
  readonly source: string;
  readonly headline: boolean;
  readonly statement: string;
  /** The statement without what its formula says. */
  readonly words?: string | undefined;
  /** Its formula in TeX. */
  readonly formula?: string | undefined;
  readonly rungs: readonly {
    readonly rung: string;
    readonly decided: Decided;
    readonly expected: Verdict;
    readonly statement: string;
  }[];
}

/** Statement by claim, as the table takes it. */
export const statementsOf = (claims: readonly ClaimInfo[]): Map<string, string> =>
  new Map(claims.map(({ claim, statement }) => [claim, statement]));
