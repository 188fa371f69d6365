/** The command that makes the run of the lab in a terminal. */
import { defaultSetup, type Setup } from './setup.ts';
import { labWorldOf } from './worlds.ts';

export interface TerminalCommand {
  readonly command: string;
  /** What must be saved first, in the folder where the command is run. */
  readonly file?: { readonly name: string; readonly text: string };
}

const FILE = 'problem.json';

/** `train` with the options that differ from its defaults; the last step is in the lab's place. */
export function terminalCommand(setup: Setup, steps: number): TerminalCommand {
  const { world, etaZ, ratio, momentum, batch, length, init, seed, optimiser } = setup;
  const { attention, normaliser, residual, heads } = setup;
  const preset =
    'name' in world && (world.name === 'syn-small' || world.name === 'syn-medium') ? world.name : undefined;
  const words: (string | number)[] = ['--steps', Math.max(1, steps), '--seeds', 1, '--first-seed', seed];
  words.push('--eta-z', etaZ, '--ratio', ratio, '--init', init);
  if (momentum !== defaultSetup.momentum) words.push('--momentum', momentum);
  if (length === null) words.push('--expected');
  else if (batch !== defaultSetup.batch) words.push('--batch', batch);
  if (length !== null && length !== defaultSetup.length) words.push('--length', length);
  if (optimiser !== defaultSetup.optimiser) words.push('--optimiser', optimiser);
  if (attention !== defaultSetup.attention) words.push('--attention', attention);
  if (normaliser !== defaultSetup.normaliser) words.push('--normaliser', normaliser);
  if (residual !== 0) words.push('--residual', residual);
  if (heads !== 1) words.push('--heads', heads);
  const from = preset ? ['--preset', preset] : ['--problem', FILE];
  return {
    command: ['npx snapcheck train', ...from, ...words].join(' '),
    ...(preset
      ? {}
      : { file: { name: FILE, text: `${JSON.stringify(labWorldOf(world).problem, null, 2)}\n` } }),
  };
}
