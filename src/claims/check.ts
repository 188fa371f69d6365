/**
 * The five ways to check a statement on a rung. Each makes a `Check` for the list `checks` of a claim.
 *
 * | The statement is about                          | Take              | Decided by                                               |
 * | ----------------------------------------------- | ----------------- | -------------------------------------------------------- |
 * | one state, or a closed form                     | `check.certified` | enclosures: it holds or is violated for certain          |
 * | every world of a domain at once                 | `check.proved`    | a proof in steps: enclosures on boxes that cover each    |
 * | gradient ascent from zero (`population`, `sgd`) | `check.training`  | enclosures of the whole run; a search where they fail    |
 * | a solution of a differential equation (`flow`)  | `check.flow`      | enclosures in small worlds; float64 searches the others  |
 * | how often something happens in random runs      | `check.rate`      | exact binomial limits                                    |
 *
 * What is checked is given as margins: numbers that must be positive, or zero for an equality (`positive`, `equal`, `above` in
 * decide/margin.ts). `along` gives the margins of one motion of a rung, and the check goes through the motions; `margins` gives
 * those of a whole world, and `over` those of all motions of a training or of a flow together. On a flow `along` also checks that the rows of dZ keep their sums, which shows the rounding; where a row may
 * stand still (a class that overlaps no other), its sum is rounding alone: give `over` there (see order-kept.ts).
 *
 * Every check has controls: the same check with one hypothesis dropped (other `worlds`) or with one assertion reversed (other
 * `along`, `margins`, `proof` or `judge`). Each control must find a violation; otherwise the check may be unable to fail.
 */
import { float64 } from '../arithmetic/float64.ts';
import { decide } from '../decide/enclosure.ts';
import type { Margins } from '../decide/margin.ts';
import { type Proof, prove } from '../decide/proof.ts';
import { type Domain, wholeDomain } from '../generators/domain.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FlowRung } from '../ladder/flow.ts';
import type { Rung } from '../ladder/rung.ts';
import type { FlowWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';
import type { AnyCheck, Check, Isolation, Judge } from './claim.ts';
import { judgeFlow, RUN_EFFORT, TOLERANCES } from './judgeFlow.ts';
import { judgeTraining } from './judgeTraining.ts';
import {
  type Along,
  each,
  enclosedFlowMargins,
  enclosedRunMargins,
  type FlowMargins,
  flowMargins,
  integratedMargins,
  motionMargins,
  net,
  type Over,
  type OverFlow,
  overFlow,
  overRun,
  runMargins,
  soFar,
  type Through,
} from './motions.ts';

/** What every check has. */
export type Stated<W> = Pick<Check<W>, 'statement' | 'expected' | 'why' | 'worlds' | 'isolates'>;
/** A control keeps what it does not give: worlds, or what is checked. */
export type Control<W, Checked> = {
  readonly drops: string;
  readonly worlds?: Arbitrary<W>;
} & Partial<Checked>;
/** The controls of a check, and how many worlds it takes. */
export type Controlled<W, Checked> = {
  /** Worlds per world of the run's size; 1 when left out. Cheap checks take more, expensive ones less. */
  readonly share?: number;
  /** Worlds that are checked in a run of any size: with fewer, enclosures may decide none of them, or exact limits nothing. */
  readonly least?: number;
  readonly controls: readonly Control<W, Checked>[];
};

/** A rung, or the name of one that has no motions, such as 'algebra'. */
export type RungName = string | { readonly id: string };
/** A share so small that a run of any size judges one world. */
const ONE_WORLD = 1e-9;
const idOf = (rung: RungName): string => (typeof rung === 'string' ? rung : rung.id);

/** What is checked of a state. */
export interface OfState<W> {
  readonly margins: Margins<W>;
  readonly along: Along;
}
/** What `check.certified` takes: `along` or `margins`. */
export type CertifiedCheck<W> = Stated<W> &
  Controlled<W, OfState<W>> &
  (
    | ({ readonly rung: Rung<W> } & Pick<OfState<W>, 'along'>)
    | ({ readonly rung: RungName } & Pick<OfState<W>, 'margins'>)
  );

/** What is checked of a training. */
export interface OfTraining {
  readonly along: Along;
  readonly over: Over;
}
/** What `check.training` takes: `along` with `through`, or `over` with `course`. */
export type TrainingCheck<W> = Stated<W> &
  Controlled<W, OfTraining> & { readonly rung: Rung<W> } & (
    | (Pick<OfTraining, 'along'> & {
        /** Every step when left out. */
        readonly through?: Through;
      })
    | (Pick<OfTraining, 'over'> & {
        /** The same up to every step, for a picture. */
        readonly course?: Over;
      })
  );

/** What is checked of a flow. */
export interface OfFlow<W> {
  readonly along: Along;
  readonly over: OverFlow<W>;
}
/** What `check.flow` takes: `along` or `over`. */
export type FlowCheck<W> = Omit<Stated<W>, 'isolates'> &
  Controlled<W, OfFlow<W>> & {
    readonly rung: FlowRung;
    /** Every point of the integration when left out. */
    readonly through?: Through;
    /** `over`: what is checked of the restored worlds, where it differs from the check. */
    readonly isolates?: Omit<Isolation<W>, 'judge'> & { readonly over?: OverFlow<W> };
  } & (Pick<OfFlow<W>, 'along'> | Pick<OfFlow<W>, 'over'>);

/** What `check.rate` takes. */
export type RateCheck<W> = Stated<W> &
  Controlled<W, { readonly judge: Judge<W> }> & {
    readonly rung: RungName;
    readonly judge: Judge<W>;
    /** The largest fraction of worlds that may violate. */
    readonly atMost: number;
    readonly least: number;
  };

/** What `check.proved` takes: the steps of a proof, and of each control. The statement holds, or there is no proof. */
export type ProvedCheck = Pick<Stated<Domain>, 'statement'> & {
  readonly rung: RungName;
  readonly proof: Proof;
  readonly controls: readonly { readonly drops: string; readonly proof: Proof }[];
};

/** A check and its controls, from how it judges what it is given; undefined where nothing is given. */
function build<W, Checked>(
  rung: string,
  {
    statement,
    expected,
    why,
    worlds,
    isolates,
    share = 1,
    least,
    controls,
  }: Stated<W> & Controlled<W, Checked>,
  own: Partial<Checked>,
  judgeOf: (checked: Partial<Checked>) => Judge<W> | undefined,
  rest: Pick<Check<W>, 'decided'> & Partial<Check<W>>,
  marginsOf?: (checked: Partial<Checked>) => Margins<W> | undefined,
): Check<W> {
  const judge = judgeOf(own);
  const faults = [
    ...(judge ? [] : ['this check is given nothing to check']),
    // A module that is not TypeScript may give none.
    ...(Array.isArray(controls) && controls.length > 0 ? [] : ['a check needs a control that must fail']),
  ];
  if (!judge || faults.length > 0) throw new TypeError(`${rung}: ${faults.join('; ')}`);
  return {
    ...{ rung, statement, expected, why, worlds, isolates, share, least, judge },
    controls: controls.map((control) => ({
      drops: control.drops,
      worlds: control.worlds ?? worlds,
      judge: judgeOf(control) ?? judge,
      margins: marginsOf?.(control) ?? rest.margins,
    })),
    ...rest,
  };
}

/** The five ways to make a check of a claim. */
export const check = {
  /** Decided by enclosures: of a state, or of a closed form. */
  certified<W>(options: CertifiedCheck<W>): AnyCheck {
    const moving = 'along' in options ? options.rung : undefined;
    const marginsOf = ({ along, margins }: Partial<OfState<W>>): Margins<W> | undefined =>
      along && moving ? motionMargins(moving, along) : margins;
    const judgeOf = (checked: Partial<OfState<W>>): Judge<W> | undefined => {
      const margins = marginsOf(checked);
      return margins && ((world, _, precision) => decide(margins, world, precision));
    };
    const rest = { decided: 'certified', margins: marginsOf(options) } as const;
    return build(idOf(options.rung), options, options, judgeOf, rest, marginsOf);
  },

  /** Proved for every world of a domain at once: the one world that is judged is the domain. The search for the boxes is run again. */
  proved(options: ProvedCheck): AnyCheck {
    const judgeOf = ({ proof }: Partial<Pick<ProvedCheck, 'proof'>>): Judge<Domain> | undefined =>
      proof && ((_, __, precision) => prove(proof, precision?.arithmetic));
    const stated = { ...options, expected: 'holds', worlds: wholeDomain(), share: ONE_WORLD } as const;
    return build(idOf(options.rung), stated, options, judgeOf, { decided: 'proved' });
  },

  /** Decided along gradient ascent, by enclosures of the whole run; a world of which they become too wide is searched. */
  training<W extends RunWorld | SampledWorld>(options: TrainingCheck<W>): AnyCheck {
    const { rung } = options;
    const through = ('along' in options ? options.through : undefined) ?? each;
    const overOf = ({ along, over }: Partial<OfTraining>, seen = through): Over | undefined =>
      along ? overRun(along, seen) : over;
    const judgeOf = (checked: Partial<OfTraining>): Judge<W> | undefined => {
      const over = overOf(checked);
      return over && judgeTraining(enclosedRunMargins(rung, over), runMargins(rung, over), options.expected);
    };
    const course = 'along' in options ? overOf(options, through === net ? soFar : through) : options.course;
    return build(rung.id, options, options, judgeOf, {
      decided: 'certified',
      margins: runMargins(rung, overOf(options)!),
      enclosed: enclosedRunMargins(rung, overOf(options)!),
      course: course && ((world) => runMargins(rung, course)(float64, world)),
    });
  },

  /**
   * Decided along a solution of a differential equation, by enclosures where the rung has a validated integrator and the world is small. Larger
   * worlds are searched in float64.
   */
  flow<W extends FlowWorld>(options: FlowCheck<W>): AnyCheck {
    const { rung, through = each, isolates } = options;
    const overOf = ({ along, over }: Partial<OfFlow<W>>): OverFlow<W> | undefined =>
      along ? overFlow(along, through) : over;
    const floatsOf = ({ along, over }: Partial<OfFlow<W>>): FlowMargins<W> | undefined =>
      along ? flowMargins(rung, along, through) : over && integratedMargins(rung, over);
    const judgeOf = (checked: Partial<OfFlow<W>>): Judge<W> | undefined => {
      const [over, floats] = [overOf(checked), floatsOf(checked)];
      return (
        over && floats && judgeFlow(floats, enclosedFlowMargins(rung, over, RUN_EFFORT), options.expected)
      );
    };
    const restored = isolates && { ...isolates, judge: judgeOf(isolates) ?? judgeOf(options) };
    return build(rung.id, { ...options, isolates: restored }, options, judgeOf, {
      decided: rung.enclosed ? 'certified' : 'measured',
      enclosed: enclosedFlowMargins(rung, overOf(options)!),
      course: (world) => floatsOf(options)!(world, TOLERANCES[0]),
    });
  },

  /** Decided by exact limits of how often a random world violates: it holds if that is at most `atMost`. */
  rate<W>(options: RateCheck<W>): AnyCheck {
    const { rung, atMost } = options;
    return build(idOf(rung), options, options, ({ judge }) => judge, {
      decided: 'statistical',
      rate: atMost,
    });
  },
};
