/** The worst of each stage over many calls. */
import { atFault, type StageDefect } from './ledger.ts';
import type { Spread } from './spread.ts';
import { JUDGED, type JudgedStage } from './stages.ts';

/** The worst error of a stage, as a multiple of its bound: above 1 it fails. */
export interface StageVerdict {
  readonly stage: JudgedStage;
  readonly worstRatio: number;
  /** The worst error of another element, perhaps, in units in the last place of its exact value. */
  readonly worstUlp: number;
  /** How far answers to equal calls lay apart; only where they may differ. */
  readonly spread?: Spread;
  readonly verdict: 'pass' | 'fail';
}

/** Worst defect of each stage so far. */
export class Worst {
  readonly #found = new Map<JudgedStage, Omit<StageVerdict, 'verdict'>>();
  readonly watch = (defects: readonly StageDefect[]): void =>
    this.merge(defects.map((defect) => ({ ...defect, worstRatio: defect.ratio })));
  /** Adds the worst of other calls. */
  merge(others: readonly Omit<StageVerdict, 'verdict'>[]): void {
    for (const { stage, worstRatio, worstUlp, spread } of others) {
      const most = this.#found.get(stage);
      this.#found.set(stage, {
        stage,
        worstRatio: Math.max(worstRatio, most?.worstRatio ?? 0),
        worstUlp: Math.max(worstUlp, most?.worstUlp ?? 0),
        ...((spread ?? most?.spread) && { spread: wider(spread, most?.spread) }),
      });
    }
  }
  verdicts(): StageVerdict[] {
    return JUDGED.flatMap((stage) => {
      const most = this.#found.get(stage);
      if (!most) return [];
      return { ...most, verdict: atFault({ ratio: most.worstRatio }) ? 'fail' : 'pass' } as const;
    });
  }
}

const NONE: Spread = { ulp: 0, ratio: 0 };
const wider = (a = NONE, b = NONE): Spread => ({
  ulp: Math.max(a.ulp, b.ulp),
  ratio: Math.max(a.ratio, b.ratio),
});
