/** The README's parts about kernels: a failure as it is told, the zoo, correct kernels, and what tfjs was found to do. */
import type { Campaign } from '../kernels/campaign.ts';
import type { KernelResult } from '../kernels/run.ts';
import type { SeededBug } from '../kernels/zoo/bug.ts';
import { type Kill, medianCases } from '../kernels/zoo/killMatrix.ts';
import type { Dtype } from '../model/stepInput.ts';
import { plain } from './colour.ts';
import { caseName } from './keepCase.ts';
import { kernelText } from './kernelReport.ts';

/** What `snapcheck kernel fixtures/kernels/faulty.mjs` prints, 100 columns wide; only the time is left out. */
function kernelExample(result: KernelResult): string {
  const module = 'fixtures/kernels/faulty.mjs';
  const file = `.snapcheck/kernels/${caseName(result.kernel, module, 'features')}`;
  const replay = `npx snapcheck kernel ${module} --replay ${file}`;
  const text = kernelText(result, { file, replay }, 100, plain).replace(/, [\d.]+ s\.$/, '.');
  return `\`\`\`\n$ npx snapcheck kernel ${module}\n${text}\n\`\`\``;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The zoo by class: how many bugs, and cases until the first and the last of them was killed. */
function zooTable(zoo: readonly SeededBug[], kills: readonly Kill[]): string {
  const spread = (bugs: readonly SeededBug[], face: Kill['face']) => {
    const ids = new Set(bugs.map(({ id }) => id));
    const mine = kills.filter((kill) => kill.face === face && ids.has(kill.bug));
    const killed = mine.flatMap(({ cases }) => cases ?? []);
    const alive = mine.length - killed.length;
    const range = killed.length === 0 ? '–' : `${Math.min(...killed)}–${Math.max(...killed)}`;
    return alive === 0 ? range : `${range}; ${alive} alive`;
  };
  const classes = [...new Set(zoo.map((bug) => bug.class))].map((name) => {
    const bugs = zoo.filter((bug) => bug.class === name);
    const examples = bugs.slice(0, 3).map(({ id }) => `\`${id}\``);
    return `| ${name} | ${bugs.length} | ${spread(bugs, 'stages')} | ${spread(bugs, 'outputs')} | ${examples.join(', ')} |`;
  });
  return [
    '| class | bugs | cases to kill, with stages | outputs alone | for example |',
    '| --- | --- | --- | --- | --- |',
    ...classes,
    `| all | ${zoo.length} | median ${medianCases(kills, 'stages')} | median ${medianCases(kills, 'outputs')} | |`,
  ].join('\n');
}

/** Correct kernels, how many inputs each was put, and the worst error/bound of any stage. */
function campaignTable(campaigns: readonly Campaign[]): string {
  const rows = campaigns.flatMap(({ kernels }) =>
    kernels.map(({ kernel, strict, inputs, failures, worst }) => {
      const [stage, ratio] = Object.entries(worst).sort(([, a], [, b]) => b - a)[0];
      return `| ${kernel} | ${strict ? 'strict' : 'standard'} | ${inputs.toLocaleString('en-US')} | ${failures} | ${ratio.toFixed(3)} (\`${stage}\`) |`;
    }),
  );
  return [
    '| kernel | level | inputs | failures | worst error/bound |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** What was found in an operation of tfjs. */
export interface OperationFinding {
  readonly id: string;
  readonly op: string;
  readonly backend: string;
  readonly text: string;
}

/** A row for each finding, whatever the number of backends that have it. */
function operationTable(findings: readonly OperationFinding[]): string {
  const rows = [...new Set(findings.map(({ id }) => id))].map((id) => {
    const same = findings.filter((finding) => finding.id === id);
    const [{ op, text }] = same;
    return `| \`${cell(op)}\` | ${same.map(({ backend }) => backend).join(', ')} | ${cell(text)} |`;
  });
  return ['| operation | backend | finding |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Everything the blocks are made of. */
export interface KernelEvidence {
  readonly example: KernelResult;
  readonly campaign: Readonly<Record<Dtype, Campaign>>;
  readonly zoo: readonly SeededBug[];
  readonly kills: readonly Kill[];
  readonly operations: readonly OperationFinding[];
}

/** Generated block by name. */
export const kernelBlocks = ({ example, campaign, zoo, kills, operations }: KernelEvidence) => ({
  kernel: kernelExample(example),
  campaign: campaignTable([campaign.float32, campaign.float64]),
  zoo: zooTable(zoo, kills),
  operations: operationTable(operations),
});
