/**
 * Time of certified decisions with decimal.js and with MPFR: every check that has margins, on the same worlds in the
 * same process. Each world is decided by both arithmetics directly after each other, in alternating order. The time
 * of drawing worlds is the same for both and is reported separately. Exits with 1 if the two arithmetics decide a
 * world differently.
 *
 *     npm run build && node bench/certified.bench.mjs [runs [seed ..]]
 */

import { defaultPrecision } from '../dist/decide/enclosure.js';
import { ready } from '../dist/decide/enclosureLibrary.js';
import { rowSeed, visitWorlds } from '../dist/decide/search.js';
import { findings } from '../dist/findings/findings.js';
import { fastTraining } from '../dist/verify/fastTraining.js';
import { seedOf, worldsAsked } from '../dist/verify/jobs.js';
import { rowsOf } from '../dist/verify/registry.js';

const [runs = 20, ...seeds] = process.argv.slice(2).map(Number);
const names = ['decimal', 'mpfr'];
await Promise.all(names.map(ready));

/** The decision of each arithmetic, and its time in milliseconds. */
async function interleaved(round, decideBy) {
  const spent = { decimal: 0, mpfr: 0 };
  const decisions = {};
  for (const name of round % 2 ? names.toReversed() : names) {
    const begun = performance.now();
    decisions[name] = await decideBy(name);
    spent[name] = performance.now() - begun;
  }
  return { spent, decisions };
}

const total = { decimal: 0, mpfr: 0, worlds: 0 };
let different = 0;
const line = (name, n, { decimal, mpfr, worlds }, digits = '') =>
  console.log(
    name.padEnd(44),
    String(n).padStart(6),
    `${decimal.toFixed(0)}`.padStart(9),
    `${mpfr.toFixed(0)}`.padStart(8),
    `${(decimal / mpfr).toFixed(1)}`.padStart(7),
    `${worlds.toFixed(0)}`.padStart(8),
    digits,
  );
console.log('claim on rung'.padEnd(44), 'worlds  decimal     mpfr   ratio  drawing  digits   (ms)');

for (const entry of rowsOf()) {
  const { claim, check } = entry;
  if (check.decided !== 'certified') continue;
  const spent = { decimal: 0, mpfr: 0, worlds: 0 };
  const digits = { decimal: 0, mpfr: 0 };
  let n = 0;
  const begun = performance.now();
  for (const seed of seeds.length > 0 ? seeds : [230516380])
    for (const { worlds, judge } of [check, ...check.controls])
      await visitWorlds(
        worlds,
        { runs: worldsAsked(check, runs), seed: seedOf(entry, seed) },
        async (world) => {
          const { spent: now, decisions } = await interleaved(n++, (arithmetic) =>
            judge(world, fastTraining, { ...defaultPrecision, arithmetic }),
          );
          for (const name of names) {
            spent[name] += now[name];
            digits[name] = Math.max(digits[name], decisions[name].digits ?? 0);
          }
          if (decisions.decimal.outcome !== decisions.mpfr.outcome) {
            different += 1;
            console.log(
              `${claim.id} on ${check.rung} DIFFERS`,
              JSON.stringify(decisions),
              JSON.stringify(world),
            );
          }
          return true;
        },
      );
  spent.worlds = performance.now() - begun - spent.decimal - spent.mpfr;
  for (const name of Object.keys(total)) total[name] += spent[name];
  line(`${claim.id} on ${check.rung}`, n, spent, `${digits.decimal} ${digits.mpfr}`);
}

const sides = { decimal: 0, mpfr: 0, worlds: 0 };
let judged = 0;
for (const { id, printed, corrected } of findings)
  for (const side of [printed, corrected]) {
    const seed = rowSeed(230516380, id);
    const { spent, decisions } = await interleaved(judged, (arithmetic) => side.ask(runs, seed, arithmetic));
    judged += decisions.decimal.held + decisions.decimal.violated + decisions.decimal.undecided;
    for (const name of names) sides[name] += spent[name];
    if (['held', 'violated', 'undecided'].some((key) => decisions.decimal[key] !== decisions.mpfr[key])) {
      different += 1;
      console.log(`finding ${id} DIFFERS`, JSON.stringify(decisions));
    }
  }
line('findings (drawing included)', judged, sides);
for (const name of names) total[name] += sides[name];
line('all', '', total);
console.log(`${different} worlds decided differently`);
process.exitCode = different > 0 ? 1 : 0;
