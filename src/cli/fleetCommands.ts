/** The commands of a fleet as data. */
import { WORKERS } from '../workers/crew.ts';
import { type Command, jsonOption } from './command.ts';
import { flagOption, integerOption } from './options.ts';
import { brokerOptions } from './queueOptions.ts';

export const worker = {
  summary: 'do jobs of the campaigns on a queue, as one of many machines',
  does: [
    'Takes jobs from a queue, and has threads do them: every campaign of the same program (verify, kernel, atlas with --queue). A worker that is killed loses nothing: its jobs go to others.',
  ],
  options: {
    ...brokerOptions,
    workers: integerOption('threads (default one a core)', WORKERS),
    kernels: flagOption('run modules and commands that campaigns name, too'),
  },
  exit: { expected: 'a signal ended it; its jobs are finished first' },
} as const satisfies Command;

export const campaign = {
  summary: 'campaigns on a queue: how they stand, take the results, end them',
  does: [
    'status: how far a campaign is, or all of them. collect: its command again, which takes the answers that are there, has the others computed, and writes the files. cancel: removes its jobs and answers.',
  ],
  operand: '<status, collect or cancel> [name]',
  options: { ...brokerOptions, json: jsonOption },
  exit: { expected: 'done', interrupted: 'the campaign goes on' },
} as const satisfies Command;
