/** The whole report as one HTML file that needs nothing else. */
import type { Atlas } from '../../atlas/document.ts';
import type { Result } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import type { MarginCourse } from '../pictures/course.ts';
import type { Figure, KillMatrix } from '../pictures/figures.ts';
import { counterexampleSection } from './counterexamples.ts';
import { atlasSection, benchSection, dynamicsSection, figureOf, kernelSection } from './figures.ts';
import { findingSection } from './findings.ts';
import { ladder, ladderSection } from './ladder.ts';
import { html, type Markup } from './markup.ts';
import { aboutSection, opening } from './opening.ts';
import { type Provenance, readingSection, repeatSection } from './reading.ts';
import { script } from './script.ts';
import { shell } from './shell.ts';
import { verdictSection } from './verdicts.ts';

/** Everything a report is made of. */
export interface ReportData {
  readonly result: Result;
  readonly claims: readonly ClaimInfo[];
  readonly provenance: Provenance;
  /** Claim x rung; absent when there is no row. */
  readonly map: Figure | null;
  /** Of the margins that fail, in the order of the counterexamples. */
  readonly courses: readonly MarginCourse[];
  readonly dynamics: readonly Figure[];
  readonly atlas: readonly Figure[];
  /** The atlas itself, for the first screen. */
  readonly trained: Atlas | undefined;
  readonly kills: KillMatrix | undefined;
  readonly bench: readonly Figure[];
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

const sectionsOf = (data: ReportData): Section[] => {
  const { result, claims, map } = data;
  const of = new Map(claims.map((info) => [info.claim, info]));
  return [
    {
      id: 'verdicts',
      title: 'What holds where',
      content: verdictSection(result, of, ladder, map ? figureOf(map) : html``),
    },
    { id: 'about', title: 'About this report', content: aboutSection(result, data.provenance) },
    { id: 'reading', title: 'How a verdict is decided', content: readingSection() },
    { id: 'ladder', title: 'The ladder', content: ladderSection(result) },
    { id: 'counterexamples', title: 'Counterexamples', content: counterexampleSection(result, data.courses) },
    {
      id: 'findings',
      title: 'Findings in the paper',
      content: findingSection(result.findings),
    },
    { id: 'dynamics', title: 'Pictures of training', content: dynamicsSection(data.dynamics) },
    { id: 'atlas', title: 'Where the claims hold in training', content: atlasSection(data.atlas) },
    { id: 'kernels', title: 'What the kernel check finds', content: kernelSection(data.kills) },
    { id: 'bench', title: 'Precision against speed', content: benchSection(data.bench) },
    { id: 'repeat', title: 'Repeat it', content: repeatSection(result, data.provenance) },
  ];
};

/** The HTML document. */
export function page(data: ReportData): string {
  const sections = sectionsOf(data);
  return shell({
    title: 'Snapcheck: what holds of “Scan and Snap”',
    opening: opening(data.result, ladder, data.trained),
    content: html`<section aria-label="Contents"><nav><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav></section>
${sections.map(
  ({ id, title, content }) => html`<section id="${id}"><h2>${title}</h2>
${content}</section>
`,
)}`,
    version: Object.values(data.provenance.versions)[0],
    script,
  });
}
