import { controlled, type Result, type Row, type Verdict } from '../verify/result.ts';
import { findingExpected, findingTally } from './findings.ts';
import { caseTitle, count, cutShort, duration, grouped, noWorldText, verdictExpected } from './format.ts';
import { VERDICTS } from './symbols.ts';

/** What is not as expected of a row: its verdict, its control, both or nothing. */
export function rowFaults(row: Row): string[] {
  const faults: string[] = [];
  const none = noWorldText(row);
  if (none) faults.push(none);
  if (!verdictExpected(row))
    faults.push(`expected ${VERDICTS[row.expected].word}, found ${VERDICTS[row.verdict].word}`);
  if (row.control !== 'fails as it must')
    faults.push(
      row.control === 'not run' ? 'its control was not run' : 'its control passes, so the check is vacuous',
    );
  if (row.restored?.startsWith('fails'))
    faults.push('it fails with its hypothesis restored, so its violations prove nothing');
  if (row.restored === 'not run') faults.push('its restored hypothesis was not run');
  return faults;
}

const fault = (row: Row): string => `${row.claim} on ${row.rung} (${rowFaults(row).join('; ')})`;

/** How many rows came to each verdict: `5 hold, 3 false`; `5 rows hold, 3 false` where they are named. */
export function verdictCounts(rows: readonly Row[]): string {
  return (Object.keys(VERDICTS) as Verdict[])
    .map((verdict) => ({ verdict, n: rows.filter((row) => row.verdict === verdict).length }))
    .filter(({ n }) => n > 0)
    .map(
      ({ verdict, n }) => `${grouped(n)} ${verdict === 'holds' && n > 1 ? 'hold' : VERDICTS[verdict].word}`,
    )
    .join(', ');
}

/** The run in numbers: `2,622 worlds, seed 230516380, 52 s`. */
export function runText({ rows, arithmetic, seed, seconds }: Result): string {
  const worlds = rows.reduce((sum, row) => sum + row.worlds, 0);
  const size = rows.length > 0 ? [count(worlds, 'world')] : [];
  const by = arithmetic === 'mpfr' ? ['enclosures by MPFR'] : [];
  return [...size, ...by, `seed ${seed}`, duration(seconds)].join(', ');
}

/**
 * The last line: whether everything is as expected, over how many rows and worlds, with which seed. A row that
 * an interruption cut short is counted apart.
 */
export function closing(result: Result): string {
  const short = result.interrupted ? result.rows.filter(cutShort) : [];
  const rows = result.rows.filter((row) => !short.includes(row));
  const wrong = rows.filter((row) => !verdictExpected(row) || !controlled(row));
  const stray = result.findings.filter((finding) => !findingExpected(finding));
  const cases = result.counterexamples.filter(
    (c) =>
      !c.expected &&
      c.outcome !== 'held' &&
      !wrong.some(({ claim, rung }) => claim === c.claim && rung === c.rung),
  );
  const good = wrong.length + stray.length + cases.length === 0;
  const where = runText(result);
  const came = good ? 'as expected' : 'not as expected';
  const verdict = [
    ...(wrong.length > 0
      ? [`${wrong.length} of ${count(rows.length, 'verdict')}: ${wrong.map(fault).join(', ')}`]
      : rows.length > 0 && good
        ? [`${count(rows.length, 'verdict')} (${verdictCounts(rows)})`]
        : []),
    ...(stray.length > 0
      ? [
          `${stray.length} of ${count(result.findings.length, 'finding')}: ` +
            stray.map((f) => `${f.id} (expected ${f.expected}, found ${f.outcome})`).join(', '),
        ]
      : good && result.findings.length > 0
        ? [findingTally(result.findings)]
        : []),
    ...cases.map((c) => `an unexpected counterexample to ${caseTitle(c)}`),
  ].join(' and ');
  if (!result.interrupted) return `${came[0].toUpperCase()}${came.slice(1)}: ${verdict}; ${where}.`;
  const ended = result.timeIsUp ? 'Time is up' : 'Interrupted';
  const parts = [
    rows.length + result.findings.length === 0
      ? `${ended} before any row was finished`
      : `${ended}; ${came} so far: ${verdict}`,
    ...short.map(
      ({ claim, rung, worlds }) => `${claim} on ${rung} cut short after ${count(worlds, 'world')}`,
    ),
    where,
  ];
  return `${parts.join('; ')}.`;
}
