/** Input refused at the boundary: every fault at once, each saying what was expected and what came. Exit code 2. */
export class BadInput extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'BadInput';
    this.faults = faults;
  }
}
