/** Checks of option values, for the library and for the command line: faults are collected, and reported together. */
import { BadInput, Faults } from './badInput.ts';
import { cameText, shown } from './place.ts';
import { suggestion } from './suggest.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export const integerText = ({ low, high }: Range): string => `expected an integer from ${low} to ${high}`;

/** An option that was left out (undefined) passes every check. */
export class OptionChecks {
  readonly faults = new Faults();

  fault(text: string): void {
    this.faults.add(text);
  }

  checkInteger(name: string, value: unknown, range: Range): void {
    const fits = Number.isInteger(value) && (value as number) >= range.low && (value as number) <= range.high;
    if (value !== undefined && !fits) this.fault(`${name}: ${integerText(range)}, got ${cameText(value)}`);
  }

  /** @param what is expected, in words */
  checkNumber(name: string, value: unknown, fits: (x: number) => boolean, what: string): void {
    if (value !== undefined && !(Number.isFinite(value) && fits(value as number)))
      this.fault(`${name}: expected ${what}, got ${cameText(value)}`);
  }

  checkChoice(name: string, value: unknown, known: readonly string[]): void {
    if (value === undefined || known.includes(value as string)) return;
    const near = typeof value === 'string' ? suggestion(value, known) : '';
    this.fault(`${name}: expected ${known.join(' or ')}, got ${cameText(value)}${near}`);
  }

  /** Whether the value is a list of texts, or was left out; anything else is a fault. */
  checkTexts(name: string, value: unknown): value is readonly string[] | undefined {
    if (value === undefined) return true;
    const texts = Array.isArray(value) && value.every((text) => typeof text === 'string');
    if (!texts) this.fault(`${name}: expected a list of texts, got ${cameText(value)}`);
    return texts;
  }

  /** Names that must be among those `known`; `what` they are goes before one that is not. */
  names(what: string, named: readonly string[] | undefined, known: readonly string[]): void {
    for (const id of named ?? [])
      if (!known.includes(id))
        this.fault(`${what} ${shown(id)}${suggestion(id, known) || `; there are ${known.join(', ')}`}`);
  }

  /** @throws BadInput with every fault so far */
  refuse(): void {
    if (this.faults.count > 0) throw new BadInput(this.faults);
  }
}
