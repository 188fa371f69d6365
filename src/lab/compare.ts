/** Trainings of one setup in different arithmetic, compared at the marks that both have passed. */
import type { Format, Frame } from './protocol.ts';

/** Attention that differs by this much is seen in the bars: a percentage point. */
const SEEN = 0.01;

/** Decimal digits of a format, about. */
export const digitsOfFormat = (format: Format): number => {
  if (format === 'float64') return 16;
  if (format === 'double-double') return 32;
  return format.startsWith('decimal') ? Number(format.slice('decimal'.length)) : 7;
};

/** Unit roundoff of the formats with a false snap: half an ulp of a number is at most this times its size. */
const unitOf = (format: Format): number =>
  format === 'float64'
    ? 2 ** -53
    : digitsOfFormat(format) === 7
      ? 2 ** -24
      : 10 ** (1 - digitsOfFormat(format)) / 2;

/** How two trainings agree at a step. */
export interface AgreementAt {
  readonly step: number;
  /** -log10 of the largest difference of an attention weight, at most 16: frames hold doubles. */
  readonly digits: number;
}

export interface Agreement {
  readonly digits: readonly AgreementAt[];
  /** The first common mark at which an attention weight differs by a percentage point; null while none does. */
  readonly partedAt: number | null;
}

const farthest = (a: Frame, b: Frame): number =>
  Math.max(
    ...a.classes.map((own, n) =>
      Math.max(...own.attention.map((c, i) => Math.abs(c - b.classes[n].attention[i]))),
    ),
  );

const farthestLogit = (a: Frame, b: Frame): number =>
  a.logits.reduce((most, z, i) => Math.max(most, Math.abs(z - b.logits[i])), 0);

/** Compares by step; marks that only one of them has are left out. */
export function agreement(a: readonly Frame[], b: readonly Frame[]): Agreement {
  const other = new Map(b.map((frame) => [frame.step, frame]));
  let partedAt: number | null = null;
  const digits = a.flatMap((frame): AgreementAt[] => {
    const same = other.get(frame.step);
    if (!same) return [];
    const difference = farthest(frame, same);
    if (difference >= SEEN) partedAt ??= frame.step;
    return [{ step: frame.step, digits: Math.min(16, -Math.log10(difference)) }];
  });
  return { digits, partedAt };
}

/** As in the claim `snap`: attention stands still where it moves less than a tenth as far. */
const SLOWER = 10;

/**
 * The step of a false snap: the first common mark since which, up to the last one, no logit of the format has moved a tenth as far as
 * the farthest one has in a training of more digits, which moved by more than an ulp of the format. Null where there is none.
 * @param precise frames of the training of more digits
 */
export function falseSnap(
  frames: readonly Frame[],
  precise: readonly Frame[],
  format: Format,
): number | null {
  const other = new Map(precise.map((frame) => [frame.step, frame]));
  const both = frames.flatMap((own) => {
    const same = other.get(own.step);
    return same ? [{ own, same }] : [];
  });
  const end = both.at(-1);
  if (!end) return null;
  const ulp = 2 * unitOf(format);
  const still = both.find(({ own, same }) => {
    const moved = farthestLogit(same, end.same);
    const size = Math.max(...end.same.logits.map(Math.abs));
    return moved > ulp * size && farthestLogit(own, end.own) < moved / SLOWER;
  });
  return still?.own.step ?? null;
}
