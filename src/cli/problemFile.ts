import type { Checked } from '../io/badInput.ts';
import { labelled, readDocument } from '../io/document.ts';
import { shown } from '../io/place.ts';
import type { Problem } from '../model/problem.ts';
import { crossFaults, MOST_PROBLEM_BYTES, problemShape } from '../model/problemShape.ts';

/** Every fault of a problem file, or the problem. */
export function checkProblem(file: string): Checked<Problem> {
  const read = readDocument(file, { most: MOST_PROBLEM_BYTES, schema: problemShape, across: crossFaults });
  return 'faults' in read ? labelled(read, `problem file ${shown(file, false)}`) : read;
}
