/** A worker of the lab: one training, or the theory's curve. */
import { trainerOf } from './formats.ts';
import type { Answer, Request } from './protocol.ts';
import { noTheory, theoryCurve } from './theory.ts';
import { LabTraining } from './training.ts';
import { labWorldOf } from './worlds.ts';

let training: LabTraining | undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function answers(request: Request): Promise<Answer[]> {
  if (request.kind === 'theory') {
    const why = noTheory(request.setup, labWorldOf(request.setup.world).problem);
    if (why !== undefined) return [{ kind: 'theory', points: null, why }];
    try {
      return [{ kind: 'theory', points: theoryCurve(request.setup, request.to), why: '' }];
    } catch (error) {
      return [{ kind: 'theory', points: null, why: messageOf(error) }];
    }
  }
  if (request.kind === 'start') {
    training?.dispose();
    training = undefined;
    training = await LabTraining.start(request.setup, await trainerOf(request.format, request.base));
    const now = training.frame();
    return [
      { kind: 'started', ...training.started },
      { kind: 'frames', marks: [now], now, seconds: 0, steps: 0 },
    ];
  }
  if (!training) return [{ kind: 'failed', message: 'there is no training yet' }];
  const from = training.step;
  const begun = performance.now();
  const { marks, now } = await training.advance(request.to, request.milliseconds);
  const seconds = (performance.now() - begun) / 1000;
  return [{ kind: 'frames', marks, now, seconds, steps: now.step - from }];
}

/** Requests are answered one after the other. */
let last = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<Request>) => {
  last = last.then(async () => {
    try {
      for (const answer of await answers(data)) postMessage(answer);
    } catch (error) {
      postMessage({ kind: 'failed', message: messageOf(error) } satisfies Answer);
    }
  });
});
