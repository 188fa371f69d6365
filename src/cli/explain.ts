/** `snapcheck explain`. */
import { type ExplainWorld, type Explanation, explain } from '../explain/explain.ts';
import { shown } from '../io/place.ts';
import { explanationText } from '../report/explain.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { checkWorld } from './explainWorld.ts';
import { interruptible, type Watch } from './interrupt.ts';
import { widthOf } from './width.ts';

/** @throws BadInput with every fault */
function worldOf({ operands, values: { steps, token }, checks }: CommandInput<'explain'>): ExplainWorld {
  if (operands.length !== 1)
    checks.fault(`expected one file with a world, got ${operands.length === 0 ? 'none' : operands.length}`);
  let world: ExplainWorld | undefined;
  for (const file of operands) {
    const checked = checkWorld(file);
    if ('faults' in checked) checks.faults.addAll(checked.faults, `world file ${shown(file, false)}: `);
    else world = checked.value;
  }
  const known = new Set(world?.problem.classes.flatMap(({ tokens }) => tokens));
  for (const id of world && token ? token : [])
    if (!known.has(id)) checks.fault(`--token: expected contextual tokens of the world, got ${id}`);
  checks.refuse();
  return steps === undefined ? world! : { ...world!, steps };
}

const PREDICTING = 'predicting every token';

/** Explains a world; undefined when it was interrupted. */
async function explained(
  world: ExplainWorld,
  { batch, length, seed }: CommandInput<'explain'>['values'],
  { signal, progress }: Watch,
): Promise<Explanation | undefined> {
  // Shown at once: the prediction of a large world takes seconds, and no step is taken before.
  progress.show({ work: 0, now: PREDICTING, line: PREDICTING });
  const onStep = (step: number, steps: number) => {
    const line = step <= steps / 2 ? 'training on expectations' : 'training on samples';
    progress.show({ work: step / steps, now: line, line });
  };
  try {
    return await explain(world, { batch, length, seed }, { signal, onStep });
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  } finally {
    progress.stop();
  }
}

/**
 * Checks the input, explains, prints.
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runExplain(input: CommandInput<'explain'>): Promise<number> {
  const world = worldOf(input);
  return await interruptible(
    () => 'nothing is printed',
    async (watch) => {
      const explanation = await explained(world, input.values, watch);
      if (!explanation) return EXIT.interrupted;
      const { json, token, all } = input.values;
      const shown = token
        ? { ...explanation, tokens: explanation.tokens.filter((fate) => token.includes(fate.token)) }
        : explanation;
      const width = Math.min(100, widthOf(process.stdout));
      const text = json
        ? JSON.stringify(shown, null, 2)
        : explanationText(shown, width, all || token !== undefined);
      process.stdout.write(`${text}\n`);
      return EXIT.expected;
    },
  );
}
