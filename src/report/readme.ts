/** The generated parts of the README, from a kept result. */
import type { Result } from '../verify/result.ts';
import { type ClaimInfo, statementsOf } from './claimInfo.ts';
import { closing } from './closing.ts';
import { counterexamples } from './counterexamples.ts';
import { findingTable } from './findings.ts';
import { expectedText, headlinesFirst, verdictExpected } from './format.ts';
import { marked, VERDICTS } from './symbols.ts';
import { table } from './table.ts';
import { undecidedBlock } from './undecided.ts';

const opening = (name: string) => `<!-- generated:${name} -->`;
const ending = (name: string) => `<!-- /generated:${name} -->`;

/**
 * What `snapcheck verify` printed when the result was made, 100 columns wide: the rows of the four headline claims, one
 * counterexample, every undecided world, and the closing line; what is left out is said.
 */
function output(result: Result, claims: readonly ClaimInfo[]): string {
  const rows = result.rows.filter(({ headline }) => headline);
  const shown = result.counterexamples.slice(0, 1);
  const left = [
    `${result.rows.length - rows.length} more rows`,
    `${result.counterexamples.length - shown.length} more counterexamples`,
    `${result.findings.length} findings`,
  ];
  const parts = [
    table({ ...result, rows }, { statements: statementsOf(claims) }),
    `[.. ${left.join(', ')} ..]`,
    counterexamples({ ...result, counterexamples: shown }),
    undecidedBlock(result),
    closing(result),
  ];
  return `\`\`\`\n${parts.filter(Boolean).join('\n\n')}\n\`\`\``;
}

/** Claim, source, statement, and today's verdict on every rung it is asked of. */
function claimsTable(result: Result, claims: readonly ClaimInfo[]): string {
  const verdict = (claim: string, rung: string) => {
    const row = result.rows.find((r) => r.claim === claim && r.rung === rung);
    if (!row) return 'not run';
    const odd = verdictExpected(row) ? '' : ` ${expectedText(row)}`;
    return `${marked(VERDICTS[row.verdict])}${odd}, ${row.decided}`;
  };
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = headlinesFirst(claims).map(({ claim, source, headline, statement, rungs }) => {
    const verdicts = rungs.map(({ rung }) => `\`${rung}\`: ${verdict(claim, rung)}`).join('<br>');
    return `| ${headline ? `**${claim}**` : claim} | ${cell(source)} | ${cell(statement)} | ${verdicts} |`;
  });
  return ['| claim | source | statement | verdicts |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** Generated block by name. */
export const readmeBlocks = (result: Result, claims: readonly ClaimInfo[]): Record<string, string> => ({
  verify: output(result, claims),
  claims: claimsTable(result, claims),
  findings: findingTable(result.findings),
});

/**
 * `text` with what stands between the markers of each block replaced.
 * @throws Error when a block has no markers, or a marker has no block
 */
export function fillBlocks(text: string, blocks: Record<string, string>): string {
  const found = [...text.matchAll(/<!-- generated:(\S+) -->/g)].map(([, name]) => name);
  const stray = found.find((name) => !(name in blocks));
  if (stray !== undefined) throw new Error(`nothing generates the block "${stray}"`);
  return Object.entries(blocks).reduce((filled, [name, block]) => {
    const start = filled.indexOf(opening(name));
    const end = filled.indexOf(ending(name));
    if (start < 0 || end < start) throw new Error(`expected ${opening(name)} ... ${ending(name)}`);
    return `${filled.slice(0, start + opening(name).length)}\n${block}\n${filled.slice(end)}`;
  }, text);
}
