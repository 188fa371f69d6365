/** Claims in modules of others: loaded, checked for their shape, and decided like those of the registry. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyCheck, Claim, Judge } from '../claims/claim.ts';
import { DECIDED } from '../decide/verdict.ts';
import { BadInput, Faults } from '../io/badInput.ts';
import { noFile } from '../io/file.ts';
import { cameText, shown } from '../io/place.ts';
import { rungs } from '../ladder/tree.ts';
import { importFault, thrownInModule } from './moduleFault.ts';
import { type ClaimRow, claims as known, type OwnClaim, type RowName, rowsOf } from './registry.ts';

/** Whether a word names a module, and not a claim: it has a separator of folders, or the ending of a module. */
export const isModule = (word: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(word);

/** A claim of one's own that cannot be decided: its code throws. */
export class BrokenClaim extends BadInput {
  constructor(fault: string) {
    super([fault]);
  }
}

/** Most characters of a world in a message. */
const MOST_WORLD = 300;

/** What a job of the row threw, as a fault of its module. */
export const brokenText = ({ claim, check, module = '' }: ClaimRow, error: unknown): string =>
  error instanceof BrokenClaim
    ? error.message
    : `${claim.id} on ${check.rung}: ${thrownInModule(error, resolve(module))}`;

/** Worlds are printed, kept and sent to threads. @throws BrokenClaim where a world is no JSON */
function needPlain(world: unknown, name: string): void {
  let text: string | undefined;
  try {
    text = JSON.stringify(world);
  } catch {
    // A BigInt, or a circle.
  }
  if (text === undefined) throw new BrokenClaim(`${name}: expected worlds that are plain JSON, got others`);
}

/** What a judge threw, after the name of what it judges. A module may have a copy of Snapcheck of its own: no `instanceof`. */
const judgeFault = (error: unknown, file: string): string =>
  error instanceof Error && error.name === 'BadMargin'
    ? `: ${error.message},`
    : ` threw ${thrownInModule(error, file)}`;

/** The same judge; what it throws names the claim, its part and the world. @param part `check` or `control` */
function guarded(judge: Judge<unknown>, name: string, part: string, file: string): Judge<unknown> {
  let asked = false;
  return async (world, laboratory, precision) => {
    if (!asked) needPlain(world, name);
    asked = true;
    try {
      return await judge(world, laboratory, precision);
    } catch (error) {
      const text = JSON.stringify(world);
      throw new BrokenClaim(
        `${name}: its ${part}${judgeFault(error, file)} in the world ${text.slice(0, MOST_WORLD)}${text.length > MOST_WORLD ? ' ..' : ''}`,
      );
    }
  };
}

function guardedCheck(check: AnyCheck, name: string, file: string): AnyCheck {
  const guard = (judge: Judge<unknown>, part = 'check') =>
    guarded(judge, `${name} on ${check.rung}`, part, file);
  const { isolates, controls } = check;
  return {
    ...check,
    judge: guard(check.judge),
    controls: controls.map((control) => ({
      ...control,
      // A control of other worlds alone runs the code of the check.
      judge: guard(control.judge, control.judge === check.judge ? 'check' : 'control'),
    })),
    ...(isolates && { isolates: { ...isolates, ...(isolates.judge && { judge: guard(isolates.judge) }) } }),
  };
}

type Given = Record<string, unknown>;
const isObject = (x: unknown): x is Given => typeof x === 'object' && x !== null;
const isText = (x: unknown): boolean => typeof x === 'string' && x.trim() !== '';
const isArbitrary = (x: unknown): boolean => isObject(x) && typeof x.generate === 'function';
const ID = /^[a-z][a-z0-9-]*$/;

/** Faults of one check: what `check.certified`, `check.proved`, `check.training`, `check.flow` and `check.rate` return has none. */
function checkFaults(given: unknown, at: string, fault: (text: string) => void): void {
  if (!isObject(given)) {
    fault(`${at}: expected what check.certified and its like return, got ${cameText(given)}`);
    return;
  }
  const { rung, statement, decided, expected, worlds, judge, share, controls } = given;
  if (typeof rung !== 'string' || !ID.test(rung))
    fault(`${at}.rung: expected the id of a rung, lower case words joined by "-", got ${cameText(rung)}`);
  if (!isText(statement)) fault(`${at}.statement: expected a sentence, got ${cameText(statement)}`);
  if (!DECIDED.some((way) => way === decided) || typeof judge !== 'function')
    fault(`${at}: expected what check.certified and its like return`);
  if (!['holds', 'violated'].includes(String(expected)))
    fault(`${at}.expected: expected "holds" or "violated", got ${cameText(expected)}`);
  if (!isArbitrary(worlds))
    fault(`${at}.worlds: expected an arbitrary of fast-check, got ${cameText(worlds)}`);
  if (typeof share !== 'number' || !(share > 0 && share <= 1e4))
    fault(`${at}.share: expected a number above 0 and at most 10000, got ${cameText(share)}`);
  if (!Array.isArray(controls) || controls.length === 0) {
    fault(`${at}.controls: expected a control that must fail, got none`);
    return;
  }
  for (const [i, control] of controls.entries())
    if (
      !isObject(control) ||
      !isText(control.drops) ||
      !isArbitrary(control.worlds) ||
      typeof control.judge !== 'function'
    )
      fault(`${at}.controls[${i}]: expected what the control drops, in words, and its worlds`);
}

/** Faults of one claim. */
function claimFaults(given: Given, fault: (text: string) => void): void {
  const { id, source, statement, silent, checks } = given;
  if (typeof id !== 'string' || !ID.test(id))
    fault(`id: expected lower case words joined by "-", got ${cameText(id)}`);
  else if (known.some((claim) => claim.id === id))
    fault(`id: "${id}" is a claim of Snapcheck; choose another`);
  else if (rungs.some((rung) => rung.id === id)) fault(`id: "${id}" is a rung; choose another`);
  for (const [name, value] of Object.entries({ source, statement, silent }))
    if (!isText(value)) fault(`${name}: expected a text, got ${cameText(value)}`);
  if (!Array.isArray(checks) || checks.length === 0) {
    fault(`checks: expected a list with a check, got ${cameText(checks)}`);
    return;
  }
  for (const [i, one] of checks.entries()) checkFaults(one, `checks[${i}]`, fault);
  const on = checks.map((one) => (isObject(one) ? one.rung : undefined));
  for (const rung of new Set(on.filter((r, i) => on.indexOf(r) !== i)))
    fault(`checks: expected one check of a rung, got two on ${cameText(rung)}`);
  if (on.includes(id)) fault(`checks: the rung ${cameText(id)} has the name of the claim; choose another`);
}

const looksLikeClaim = (x: unknown): x is Given => isObject(x) && 'checks' in x;

/** Claims of modules, and every fault of them. */
export async function loadOwnClaims(
  modules: readonly string[],
): Promise<{ readonly own: readonly OwnClaim[]; readonly faults: Faults }> {
  const own: OwnClaim[] = [];
  const faults = new Faults();
  for (const module of new Set(modules)) {
    const file = resolve(module);
    const fault = (text: string) => faults.add(`claims module ${shown(module)}: ${text}`);
    const missing = noFile(file);
    if (missing) {
      fault(missing);
      continue;
    }
    let exported: Given;
    try {
      // A copy: what a getter throws is a fault of the module too.
      exported = { ...(await import(pathToFileURL(file).href)) };
    } catch (error) {
      fault(importFault(error, file));
      continue;
    }
    // A claim may be exported twice, by name and as the default.
    const found = new Set(Object.values(exported).flat().filter(looksLikeClaim));
    if (found.size === 0) fault('expected to export a claim or a list of claims, got none');
    for (const given of found) {
      const before = faults.count;
      try {
        const { id } = given;
        const label = typeof id === 'string' ? `claim ${shown(id)}: ` : '';
        claimFaults(given, (text) => fault(label + text));
      } catch (error) {
        fault(thrownInModule(error, file));
      }
      if (faults.count > before) continue;
      const claim = given as unknown as Claim;
      if (own.some((other) => other.claim.id === claim.id)) {
        fault(`claim "${claim.id}": expected ids that differ, got it twice`);
        continue;
      }
      const checks = claim.checks.map((check) => guardedCheck(check, claim.id, file));
      // A headline is what the paper is known for.
      own.push({ module, claim: { ...claim, headline: false, checks } });
    }
  }
  return { own, faults };
}

/** @throws BadInput with every fault of the modules */
export async function ownClaims(modules: readonly string[] = []): Promise<readonly OwnClaim[]> {
  if (modules.length === 0) return [];
  const { own, faults } = await loadOwnClaims(modules);
  if (faults.count > 0) throw new BadInput(faults);
  return own;
}

/** The row of a claim in a module, in a thread. @throws BadInput with every fault of the module; Error where it has no such row */
export async function ownRow({ claim, rung, module = '' }: RowName): Promise<ClaimRow> {
  const [row] = rowsOf([claim], [rung], await ownClaims([module]));
  if (!row) throw new Error(`${claim} on ${rung}: no row of ${module}`);
  return row;
}
