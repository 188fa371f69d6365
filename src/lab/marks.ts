/** The steps that every training of the lab keeps, so that trainings can be compared step by step. */

/** Marks of one doubling of the step. */
const PER_OCTAVE = 32;

/** Whether a step is a mark: all up to 32, then 32 of each doubling. */
export function isMark(step: number): boolean {
  if (step <= PER_OCTAVE) return true;
  const octave = 2 ** Math.floor(Math.log2(step / PER_OCTAVE));
  return step % octave === 0;
}

/** The marks up to a step. */
export function marksTo(last: number): number[] {
  const marks: number[] = [];
  for (let step = 0; step <= last; step = nextMark(step)) marks.push(step);
  return marks;
}

/** The first mark after a step. */
export function nextMark(step: number): number {
  const octave = step < PER_OCTAVE ? 1 : 2 ** Math.floor(Math.log2(step / PER_OCTAVE));
  return (Math.floor(step / octave) + 1) * octave;
}
