import { clockFindings } from './clock.ts';
import { concentrationFindings } from './concentration.ts';
import { correlationFindings } from './correlations.ts';
import { discreteClockFindings } from './discreteClock.ts';
import type { Finding } from './finding.ts';
import { originalDynamics } from './originalDynamics.ts';
import { phaseFindings } from './phase.ts';
import { remark1 } from './remark1.ts';

/** Everything found in the paper's lines, by their order in its appendix as far as groups allow. */
export const findings: readonly Finding[] = [
  originalDynamics,
  remark1,
  ...discreteClockFindings,
  ...clockFindings,
  ...concentrationFindings,
  ...correlationFindings,
  ...phaseFindings,
];
