/**
 * Annotations on GitHub: lines that the runner of GitHub Actions shows beside the change that is tested. They go to standard error,
 * so that a document on standard output stays alone.
 */
import type { KernelResult } from '../kernels/run.ts';
import type { Result } from '../verify/result.ts';
import { rowFaults } from './closing.ts';
import { findingExpected } from './findings.ts';
import { cutShort } from './format.ts';
import { faultText } from './kernelReport.ts';

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** The file that is to blame, if one is known. */
  readonly file?: string;
}

/** Whether a runner of GitHub Actions reads the output. */
export const onGitHub = (env: NodeJS.ProcessEnv = process.env): boolean => env.GITHUB_ACTIONS === 'true';

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** `::error title=..,file=..::message`, a line each. */
export const annotationText = (annotations: readonly Annotation[]): string =>
  annotations
    .map(({ level, title, message, file }) => {
      const where = file === undefined ? '' : `,file=${property(file)}`;
      return `::${level} title=${property(title)}${where}::${escaped(message)}\n`;
    })
    .join('');

/** What is not as expected of a run of `verify`: each row with its counterexample, each finding. Rows that were cut short are left out. */
export function verifyAnnotations({ rows, findings, counterexamples }: Result): Annotation[] {
  const wrong = rows.filter((row) => !cutShort(row) && rowFaults(row).length > 0);
  return [
    ...wrong.map((row) => {
      const found = counterexamples.find(
        ({ claim, rung, expected }) => !expected && claim === row.claim && rung === row.rung,
      );
      const lines = [`${rowFaults(row).join('; ')}. ${row.statement}`];
      if (found) lines.push(found.words, found.replay);
      return { level: 'error', title: `${row.claim} on ${row.rung}`, message: lines.join('\n') } as const;
    }),
    ...findings
      .filter((finding) => !findingExpected(finding))
      .map(
        ({ id, expected, outcome }) =>
          ({
            level: 'error',
            title: `finding ${id}`,
            message: `expected ${expected}, found ${outcome}`,
          }) as const,
      ),
  ];
}

/**
 * The failure of a kernel, and its warnings.
 * @param file its module, if it is one
 * @param replay the command that shows the failing case again
 */
export function kernelAnnotations(result: KernelResult, file?: string, replay?: string): Annotation[] {
  const { kernel, failure, warnings } = result;
  const at = file === undefined ? {} : { file };
  return [
    ...(failure
      ? [
          {
            ...{ level: 'error' as const, title: `kernel ${kernel} fails`, ...at },
            message: [
              faultText(failure.fault, failure.calls[Math.min(failure.fault.call, failure.calls.length - 1)]),
              ...(replay === undefined ? [] : [replay]),
            ].join('\n'),
          },
        ]
      : []),
    ...warnings.map(({ id, text }) => ({
      ...{ level: 'warning' as const, title: `kernel ${kernel}: ${id}`, message: text, ...at },
    })),
  ];
}
