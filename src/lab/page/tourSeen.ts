/** What a stop of the tour says of the training on screen: read from its frames, so that it is true or says that it is not. */
import { falseSnap } from '../compare.ts';
import type { Format, Frame, LabClass } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { numberText, stepText } from './scales.ts';
import { CLAIM_WORDS, tokenWords } from './words.ts';

/** What is on screen. */
export interface OnScreen {
  readonly frames: readonly Frame[];
  /** The frame that is looked at. */
  readonly frame: Frame;
  readonly classes: readonly LabClass[];
  readonly selected: number;
  readonly world: LabWorld;
  /** Of the formats that train beside. */
  readonly others: readonly { readonly format: Format; readonly frames: readonly Frame[] }[];
}

export interface Seen {
  /** Whether the stop's statement is to be seen at this step. */
  readonly holds: boolean;
  readonly en: string;
  readonly zh: string;
}

const percent = (x: number): string => `${(100 * x).toFixed(0)} %`;
const attentionOf = ({ classes }: Frame, n: number) => classes[n].attention;

/** The distinct tokens together, at the start and now. */
export function distinctShare({ frames, frame, classes, selected }: OnScreen): Seen {
  const { distinct } = classes[selected];
  const share = (one: Frame) =>
    attentionOf(one, selected).reduce((sum, c, i) => (distinct[i] ? sum + c : sum), 0);
  const [before, now] = [share(frames[0]), share(frame)];
  const holds = now > before;
  return {
    holds,
    en: `The four words of its own have ${percent(now)} of attention; at the start it was ${percent(before)}.`,
    zh: `四个独有词一共得到 ${percent(now)} 的注意力；开始时是 ${percent(before)}。`,
  };
}

/** By how much the attention of each distinct token has grown, frequent ones first. */
export function frequencyOrder({ frames, frame, classes, selected, world }: OnScreen): Seen {
  const { tokens, distinct, probabilities } = classes[selected];
  const grown = tokens
    .map((token, i) => ({
      token,
      i,
      factor: attentionOf(frame, selected)[i] / attentionOf(frames[0], selected)[i],
    }))
    .filter(({ i }) => distinct[i])
    .sort((a, b) => probabilities[b.i] - probabilities[a.i]);
  const holds = grown.every(({ factor }, k) => k === 0 || grown[k - 1].factor > factor);
  const list = grown
    .map(({ token, factor }) => `${tokenWords(world, token)} × ${numberText(factor)}`)
    .join(', ');
  return {
    holds,
    en: `Growth of attention, frequent words first: ${list}.`,
    zh: `注意力增长的倍数，从常见词到少见词：${list}。`,
  };
}

/** The effective number of distinct tokens: fewer than at the start, more than one. */
export function aFew({ frames, frame, selected }: OnScreen): Seen {
  const number = ({ classes }: Frame) => classes[selected].effectiveDistinct ?? 0;
  const [before, now] = [number(frames[0]), number(frame)];
  return {
    holds: now < before && now > 1.5,
    en: `Effective number of distinct tokens: ${numberText(now)}; at the start ${numberText(before)}. One token alone would be 1.`,
    zh: `独有词的有效个数：现在 ${numberText(now)}，开始时 ${numberText(before)}；如果只剩一个词，它就是 1。`,
  };
}

/** Speed of the dominant token's score over the last time between two frames, against the fastest so far. */
export function slowed({ frames, frame, selected }: OnScreen): Seen {
  const past = frames.filter(({ step }) => step <= frame.step);
  const score = ({ classes }: Frame) => Math.log(classes[selected].chi ?? 1) / 2;
  const speeds = past.slice(1).map((one, i) => ({
    step: one.step,
    speed: Math.abs(score(one) - score(past[i])) / (one.step - past[i].step),
  }));
  const fastest = speeds.reduce((best, one) => (one.speed > best.speed ? one : best), { step: 0, speed: 0 });
  const last = speeds.at(-1)?.speed ?? 0;
  const factor = last > 0 ? fastest.speed / last : Number.POSITIVE_INFINITY;
  const still = !Number.isFinite(factor);
  const times = still ? '' : numberText(factor, 2);
  return {
    holds: !still && factor >= 10,
    en: still
      ? 'Attention has not moved at all between the last two kept steps.'
      : `The score of the leading word moved fastest at step ${stepText(fastest.step)}; now it moves ${times} times slower, and still moves.`,
    zh: still
      ? '最近两个记录点之间，注意力一点也没有动。'
      : `领先词的分数在第 ${stepText(fastest.step)} 步变得最快；现在慢了 ${times} 倍，但仍在变。`,
  };
}

/** The step since which the format beside stands still although it should move. */
export function falselySnapped({ frames, others }: OnScreen): Seen {
  const [other] = others;
  const since = other ? falseSnap(other.frames, frames, other.format) : null;
  return since === null
    ? {
        holds: false,
        en: 'The float32 training still changes, or float64 does not move either.',
        zh: 'float32 的训练还在变化，或者 float64 也没有动。',
      }
    : {
        holds: true,
        en: `In float32 no score has changed by a bit since step ${stepText(since)}; in float64 they have moved by more than float32 could tell.`,
        zh: `从第 ${stepText(since)} 步起，float32 里没有一个分数再变过哪怕一位；而 float64 里的变化，已经超过 float32 能分辨的大小。`,
      };
}

const CLAIM_ZH = {
  discriminative: '独有词胜出（Distinct wins）',
  frequency: '常见词优先（Frequent first）',
  sparsification: '少数几个（A few, not all）',
  snap: '定格（The snap）',
} as const;

/** Which claims do not hold. */
export function broken({ frame }: OnScreen): Seen {
  const failed = frame.lamps.filter(({ state }) => state === 'violated').map(({ claim }) => claim);
  if (failed.length === 0)
    return { holds: false, en: 'No claim fails at this step.', zh: '这一步还没有任何论断失败。' };
  return {
    holds: true,
    en: `At this step these do not hold: ${failed.map((claim) => `“${CLAIM_WORDS[claim].name}”`).join(', ')}.`,
    zh: `这一步不成立的论断：${failed.map((claim) => CLAIM_ZH[claim]).join('、')}。`,
  };
}
