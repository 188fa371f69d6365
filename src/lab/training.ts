/** One training of the lab, step by step: the same numbers as `snapcheck train` with the same settings. */
import { float64 } from '../arithmetic/float64.ts';
import { headsOf } from '../ladder/otherModels.ts';
import { type Motion, motionAt } from '../ladder/rung.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import type { Layout } from '../model/layout.ts';
import { type Model, modelWith } from '../model/model.ts';
import { layoutOfModel } from '../model/modelLayout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { type ClassTracks, classTracks, onsetOf } from '../runs/course.ts';
import { claimsOf } from '../runs/judge.ts';
import { breather } from '../trainers/breather.ts';
import { exampleStream, layoutFor, startParameters } from '../trainers/experiment.ts';
import type { Session, Trainer, TrainingExample } from '../trainers/trainer.ts';
import { isMark } from './marks.ts';
import type { Frame, Lamp, Started } from './protocol.ts';
import type { Setup } from './setup.ts';
import { labWorldOf } from './worlds.ts';

/** The model of a setup. @throws Error on an unknown attention kernel */
export function modelOfSetup({ attention, normaliser, residual, heads }: Setup): Model {
  const kernel = attentionKernels.find(({ id }) => id === attention);
  if (!kernel) throw new Error(`attention: no kernel is called ${attention}`);
  return modelWith({ attention: kernel, normaliser, residual, heads });
}

/** What a state of Z is compared with: its start, and the speeds so far. */
interface Speeds {
  /** The largest and the last change of a logit per step, over the time between two marks, and where each began. */
  readonly largest: Motion<number> | null;
  readonly last: Motion<number> | null;
}

const greatest = (m: Matrix<number>): number =>
  m.reduce((most, row) => row.reduce((a, x) => Math.max(a, Math.abs(x)), most), 0);

const differs = (a: Matrix<number>, b: Matrix<number>): boolean =>
  a.some((row, m) => row.some((z, l) => z !== b[m][l]));

export class LabTraining {
  readonly started: Started;
  readonly #problem: Problem;
  readonly #layout: Layout;
  readonly #rates: Motion<number>['rates'];
  readonly #session: Session;
  readonly #next: () => readonly TrainingExample[];
  readonly #tracks: ClassTracks;
  readonly #start: Matrix<number>;
  #step = 0;
  #loss: number | null = null;
  #markStep = 0;
  #mark: Matrix<number>;
  #still = 0;
  #speeds: Speeds = { largest: null, last: null };

  private constructor(
    setup: Setup,
    problem: Problem,
    layout: Layout,
    session: Session,
    next: () => readonly TrainingExample[],
  ) {
    const { etaZ, ratio, momentum, optimiser } = setup;
    this.#problem = problem;
    this.#layout = layout;
    this.#rates = { etaY: ratio * etaZ, etaZ, momentum, optimiser };
    this.#session = session;
    this.#next = next;
    this.#start = session.read().Z;
    this.#mark = this.#start;
    this.#tracks = classTracks(problem, layout, this.#start);
    this.started = {
      vocabulary: problem.vocabulary,
      classes: this.#tracks.classes.map((one, n) => ({
        ...one,
        probabilities: problem.classes[n].probabilities,
      })),
      onset: onsetOf(problem, this.#rates),
    };
  }

  /**
   * Starts as `runExperiment` does: the start is drawn first, then the batches, from the stream of one seed.
   * @throws BadInput, or an error of the trainer, that says what cannot be trained
   */
  static async start(setup: Setup, trainer: Trainer): Promise<LabTraining> {
    const { problem } = labWorldOf(setup.world);
    const { init, batch, length, seed, etaZ, ratio, momentum, optimiser } = setup;
    const layout = layoutOfModel(layoutFor(problem, init), modelOfSetup(setup));
    const uniform = uniformStream(seed);
    const parameters = startParameters(problem, layout, init, uniform);
    const rates = { etaY: ratio * etaZ, etaZ, momentum, optimiser };
    const session = await trainer.start(layout, parameters, rates);
    const sampling = { problem, batch, length: length ?? 0, expected: length === null };
    return new LabTraining(setup, problem, layout, session, exampleStream(sampling, uniform));
  }

  /** Steps so far. */
  get step(): number {
    return this.#step;
  }

  /**
   * Trains to step `to`, or for about so many milliseconds (one step at least).
   * @returns the frames of the marks that were passed, and where the training is
   * @throws Error where the loss or a logit is not finite
   */
  async advance(to: number, milliseconds: number): Promise<{ marks: Frame[]; now: Frame }> {
    const marks: Frame[] = [];
    const begun = performance.now();
    const breathe = breather();
    while (this.#step < to) {
      this.#loss = await this.#session.step(this.#next());
      this.#step++;
      if (!Number.isFinite(this.#loss)) throw new Error(`the loss of step ${this.#step} is ${this.#loss}`);
      if (isMark(this.#step)) marks.push(this.#markHere());
      if (performance.now() - begun >= milliseconds) break;
      await breathe();
    }
    return { marks, now: marks.at(-1)?.step === this.#step ? marks[marks.length - 1] : this.frame() };
  }

  /** The state as it is. */
  frame(): Frame {
    const { Z } = this.#session.read();
    if (!Z.every((row) => row.every(Number.isFinite)))
      throw new Error(`a logit is not finite after step ${this.#step}`);
    return {
      step: this.#step,
      loss: this.#loss,
      classes: this.#tracks.at(Z),
      logits: Z.flat(),
      lamps: this.#lamps(Z),
      stillSince: this.#still < this.#markStep ? this.#still : null,
    };
  }

  dispose(): void {
    this.#session.dispose();
  }

  /** Keeps the speed since the mark before, and gives the frame. */
  #markHere(): Frame {
    const { Z } = this.#session.read();
    const steps = this.#step - this.#markStep;
    const dZ = Z.map((row, m) => row.map((z, l) => (z - this.#mark[m][l]) / steps));
    const motion = this.#motion(this.#markStep, this.#mark, dZ);
    const { largest } = this.#speeds;
    const faster = largest === null || greatest(dZ) > greatest(largest.dZ);
    this.#speeds = { largest: faster ? motion : largest, last: motion };
    if (differs(Z, this.#mark)) this.#still = this.#step;
    this.#mark = Z;
    this.#markStep = this.#step;
    return this.frame();
  }

  #motion(time: number, Z: Matrix<number>, dZ: Matrix<number>): Motion<number> {
    const [problem, layout, rates] = [this.#problem, this.#layout, this.#rates];
    return motionAt(float64, { problem, layout, rates, time, Z, dZ });
  }

  #lamps(Z: Matrix<number>): Lamp[] {
    const heads = (motion: Motion<number>) => headsOf(float64, motion);
    const net = Z.map((row, m) => row.map((z, l) => z - this.#start[m][l]));
    const { largest, last } = this.#speeds;
    const steps = [largest, last].flatMap((motion) => (motion ? heads(motion) : []));
    return claimsOf({ steps, net: heads(this.#motion(0, this.#start, net)) }).map(
      ({ claim, outcome, failed }): Lamp => {
        if (outcome === 'holds') return { claim, state: 'holds', failed };
        // Attention that is still fast has not snapped: nothing is violated at any finite step.
        const waits = outcome === 'idle' || claim === 'snap' || net.every((row) => row.every((z) => z === 0));
        return { claim, state: waits ? 'waits' : 'violated', failed: waits ? [] : failed };
      },
    );
  }
}
