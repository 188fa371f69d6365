/** The frames of a training that the page keeps. */
import type { Frame } from '../protocol.ts';

/** Numbers kept of one training, about 100 MB: beyond it every second frame goes. */
const MOST_NUMBERS = 1.2e7;

const sizeOf = ({ classes, logits }: Frame): number =>
  classes.reduce((sum, { attention }) => sum + attention.length + 4, logits.length);

/** The largest share of attention in a frame, of all classes. */
export function mostAttention({ classes }: Pick<Frame, 'classes'>): number {
  let most = 0;
  for (const { attention } of classes) for (const share of attention) if (share > most) most = share;
  return most;
}

/** The frames of marked steps in order, and where the training is. */
export class LabCourse {
  marks: Frame[] = [];
  now: Frame | null = null;
  /** The largest share of attention so far, for an axis that does not jump. */
  most = 0;
  #numbers = 0;

  add(marks: readonly Frame[], now: Frame): void {
    for (const frame of marks) {
      this.marks.push(frame);
      this.#numbers += sizeOf(frame);
    }
    this.now = now;
    this.most = Math.max(this.most, mostAttention(now));
    // Comparisons are by step, so that a frame that is missing costs a point of a curve and nothing else.
    if (this.#numbers > MOST_NUMBERS && this.marks.length > 4) {
      this.marks = this.marks.filter((_, i) => i % 2 === 0 || i === this.marks.length - 1);
      this.#numbers = this.marks.reduce((sum, frame) => sum + sizeOf(frame), 0);
    }
  }

  /** The marks and, where it lies between two of them, the present. */
  frames(): readonly Frame[] {
    const { marks, now } = this;
    return now === null || marks.at(-1)?.step === now.step ? marks : [...marks, now];
  }
}
