/** The five stops of the tour, for a reader of an article about the paper. */
import type { Format } from '../protocol.ts';
import { defaultSetup, type Setup } from '../setup.ts';
import {
  aFew,
  broken,
  distinctShare,
  falselySnapped,
  frequencyOrder,
  type OnScreen,
  type Seen,
  slowed,
} from './tourSeen.ts';

export type TourLanguage = 'en' | 'zh';
type Text = Readonly<Record<TourLanguage, string>>;

/** A training that a stop shows. */
export interface TourRun {
  /** On its button, where a stop has several. */
  readonly name: Text;
  readonly setup: Setup;
  /** Where playing ends. */
  readonly until: number;
  readonly formats?: readonly Format[];
  /** What it shows, where that is not what the stop shows. */
  readonly seen?: (on: OnScreen) => Seen;
}

export interface TourStop {
  readonly title: Text;
  /** Paragraphs. */
  readonly text: Readonly<Record<TourLanguage, readonly string[]>>;
  readonly runs: readonly TourRun[];
  /** What comes first on the page: the bars, the lamps, the formats, or a picture of the curves by its id. */
  readonly look: 'bars' | 'claims' | 'attention' | 'effective' | 'growth';
  readonly seen: (on: OnScreen) => Seen;
}

/** Near what the theorems assume: no chance, a decoder ten times faster, small steps. */
const calm: Setup = {
  ...defaultSetup,
  world: { name: 'sentence' },
  etaZ: 0.1,
  ratio: 10,
  momentum: 0,
  length: null,
};
const only = (setup: Setup, until: number): readonly TourRun[] => [
  { name: { en: '', zh: '' }, setup, until },
];

export const tourStops: readonly TourStop[] = [
  {
    title: { en: 'Why attention moves to distinct words', zh: '注意力为什么会流向独有词' },
    text: {
      en: [
        'What did it do: bark or purr? The model guesses from the words before. “the” and “a” are in both kinds of sentence, so they say nothing. “dog” and “bone” are only there when it barked: they decide.',
        'The output layer learns first that “dog” means “barked”. From then on, more attention to “dog” and less to “the” makes the guess surer. That is all: nobody tells the model which words matter.',
      ],
      zh: [
        '它刚才是“叫”（barked）还是“呼噜”（purred）？模型要从前面的词来猜。“the”“a”两种句子里都有，帮不上忙；“dog”“bone”只出现在 barked 的句子里，一看到就能确定答案。',
        '输出层先学会“看到 dog 就猜 barked”。这之后，多看 dog、少看 the，猜得就更准，所以梯度会把注意力推过去。没有人告诉模型哪些词重要，它是自己找到的。',
      ],
    },
    runs: only(calm, 256),
    look: 'bars',
    seen: distinctShare,
  },
  {
    title: { en: 'Frequent words first', zh: '常见的词更占便宜' },
    text: {
      en: [
        '“dog”, “bone”, “leash” and “kennel” all give the answer away. But “dog” is the most frequent, so it has the most attention to begin with, and every step pushes it the hardest: the push grows with the square of the share. A small lead becomes a large one.',
        'A rare word may be just as telling, and still stay behind.',
      ],
      zh: [
        '“dog”“bone”“leash”“kennel”都能暴露答案。但 dog 最常见，一开始分到的注意力就最多，每一步受到的推力也最大：推力随它所占份额的平方增长。小小的领先，就这样越拉越大。',
        '一个少见的词也许同样能说明问题，却还是落在后面。',
      ],
    },
    runs: only(calm, 1024),
    look: 'attention',
    seen: frequencyOrder,
  },
  {
    title: { en: 'A few, not one', zh: '留下几个，而不是一个' },
    text: {
      en: [
        'Does the winner take it all? Here is the small problem of the paper, with its own settings: ten distinct tokens for each class. Attention narrows, then the narrowing ends, with several tokens left: once the answer is almost certain, there is little more to gain.',
        'Look at the lamps, too: “Distinct wins” fails here, as in most runs of this problem. The rarest distinct tokens lose. The theorem assumes longer sequences and a much faster decoder.',
      ],
      zh: [
        '赢家会通吃吗？这里用的是论文里的小问题和论文自己的设置：每一类有十个独有词。注意力先变得集中，然后就不再集中了，最后还留着好几个词：答案已经几乎确定，再集中也得不到什么好处。',
        '顺便看看那几盏灯：“独有词胜出”（Distinct wins）在这里不成立，这个问题的多数训练都是这样，最少见的独有词反而变弱了。定理假设的是更长的序列和快得多的解码器。',
      ],
    },
    runs: only({ ...defaultSetup }, 400),
    look: 'effective',
    seen: aFew,
  },
  {
    title: { en: 'The freeze', zh: '定格' },
    text: {
      en: [
        'First attention scans: it moves fast. After about the time t₀ (the dotted line) the loss is small, the pushes are weak, and attention looks frozen: it has snapped. The axis of time is logarithmic; on an ordinary one the curve would look flat.',
        'It slows down, but does not stop. A real stop is a rounding error: in the second run, a float32 that computes 1 − α by subtraction gets exactly 0 and stands still to the last bit, while float64 creeps on (see “Numbers”).',
      ],
      zh: [
        '起初注意力在“扫描”，变化很快。大约到了 t₀（点线）之后，损失已经很小，推力也很弱，注意力看上去就像冻住了一样：这就是“定格”（snap）。这里的时间轴是对数的；换成普通的轴，后面几乎是一条平线。',
        '它只是变慢，并没有停下。真正停下的，是舍入误差：第二个训练里，float32 用减法算 1 − α，结果恰好是 0，于是每一位都不再变，而 float64 还在慢慢往前走（见下面的 Numbers）。',
      ],
    },
    runs: [
      { name: { en: 'The snap', zh: '定格' }, setup: calm, until: 8192 },
      {
        name: { en: 'A false snap', zh: '假的定格' },
        setup: { ...calm, etaZ: 1, ratio: 100, momentum: 0.9 },
        until: 2048,
        formats: ['float32-subtracting'],
        seen: falselySnapped,
      },
    ],
    look: 'growth',
    seen: slowed,
  },
  {
    title: { en: 'What breaks it', zh: '什么时候会失灵' },
    text: {
      en: [
        'The theorems assume a decoder that learns much faster than attention, long sequences, and plain gradient ascent. Take one away, and lamps turn to “violated”:',
        'At equal rates (ratio 1) distinct tokens may lose. With short sequences, one at a time, chance decides, and a common word may win for a while. With Adam every entry moves at about the same pace, so rare words catch up and attention widens.',
      ],
      zh: [
        '定理有三个假设：解码器比注意力学得快得多、序列很长、用最普通的梯度上升。去掉其中一个，就有灯会变成 violated（不成立）：',
        '学习率相同（比值为 1）时，独有词也可能变弱。序列很短、每次只看一条时，结果全凭运气，公共词也可能一时领先。换成 Adam，每个参数的步子差不多大，少见的词会追上来，注意力反而更分散。',
      ],
    },
    runs: [
      {
        name: { en: 'Ratio 1', zh: '比值为 1' },
        setup: {
          ...calm,
          world: { random: { seed: 7, classes: 2, queries: 1, common: 1, distinct: 3, vocabulary: 100 } },
          ...{ etaZ: 1, ratio: 1, momentum: 0.9 },
        },
        until: 300,
      },
      {
        name: { en: 'Short sequences', zh: '短序列' },
        setup: { ...calm, etaZ: 1, length: 8, batch: 1 },
        until: 32,
      },
      {
        name: { en: 'Adam', zh: 'Adam' },
        setup: { ...calm, etaZ: 0.01, optimiser: 'adam' },
        until: 4096,
      },
    ],
    look: 'claims',
    seen: broken,
  },
];
