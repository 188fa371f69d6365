import type { Result } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import { caseTitle, standing, wideCommands, wrap } from './format.ts';

/** Counterexamples in words, unexpected ones first, each with the command that shows it again. */
export function counterexamples(result: Result, width = 100, paint: Paint = plain): string {
  const sorted = [...result.counterexamples].sort((a, b) => Number(a.expected) - Number(b.expected));
  const blocks = sorted.map((c) => {
    const style = c.expected ? 'bold' : 'red';
    return [
      ...wrap(`${caseTitle(c)} (${standing(c)})`, width).map((line) => paint(line, style)),
      ...wrap(c.words, width, '  '),
      `  replay: ${c.replay}`,
    ].join('\n');
  });
  const note = wideCommands(
    sorted.map(({ replay }) => `  replay: ${replay}`),
    width,
  ).join('\n');
  return blocks.length === 0 ? '' : ['Counterexamples', ...blocks, note].filter(Boolean).join('\n\n');
}
