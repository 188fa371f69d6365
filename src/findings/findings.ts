import { adamFindings } from './adam.ts';
import { clockFindings } from './clock.ts';
import { concentrationFindings } from './concentration.ts';
import { correlationFindings } from './correlations.ts';
import { discreteClockFindings } from './discreteClock.ts';
import type { Finding } from './finding.ts';
import { originalDynamics } from './originalDynamics.ts';
import { phaseFindings } from './phase.ts';
import { remark1 } from './remark1.ts';

/** All findings, by group, within a group in the order of the paper. */
export const findings: readonly Finding[] = [
  originalDynamics,
  remark1,
  ...discreteClockFindings,
  ...clockFindings,
  ...concentrationFindings,
  ...correlationFindings,
  ...phaseFindings,
  ...adamFindings,
];
