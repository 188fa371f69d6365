/** All numbers of one step in a table: what the pictures show, with every digit. */
import type { Frame, LabClass } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { onDrawing } from './memo.ts';
import { Scroll } from './Scroll.tsx';
import { numberText } from './scales.ts';
import { classWords, tokenName } from './words.ts';

interface Shown {
  readonly frame: Frame;
  readonly classes: readonly LabClass[];
  readonly world: LabWorld;
  readonly selected: number;
  /** Counts drawings of the curves. */
  readonly drawing: number;
}

/** Most rows: of more, the selected class alone, and of that the first ones. */
const MOST_ROWS = 600;

const Value = ({ x, digits }: { readonly x: number | null; readonly digits?: number }) => (
  <td class="number" data-value={x === null ? '' : String(x)}>
    {numberText(x, digits)}
  </td>
);

export const StepNumbers = onDrawing(function StepNumbers({ frame, classes, world, selected }: Shown) {
  const tokens = classes.reduce((sum, one) => sum + one.tokens.length, 0);
  const rows = classes
    .map((one, n) => ({ one, n }))
    .filter(({ n }) => tokens <= MOST_ROWS || n === selected)
    .flatMap(({ one, n }) => one.tokens.map((token, i) => ({ one, n, token, i })))
    .slice(0, MOST_ROWS);
  return (
    <>
      <Scroll label="Numbers by class">
        <table>
          <caption class="small">
            Step, loss (nats), and by class: entropy over distinct tokens (nats), effective numbers, growth χ
          </caption>
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col" class="number">
                step
              </th>
              <th scope="col" class="number">
                loss
              </th>
              <th scope="col" class="number">
                entropy
              </th>
              <th scope="col" class="number">
                effective, distinct
              </th>
              <th scope="col" class="number">
                effective, all
              </th>
              <th scope="col" class="number">
                χ
              </th>
            </tr>
          </thead>
          <tbody>
            {frame.classes.slice(0, MOST_ROWS).map((state, n) => (
              <tr key={n}>
                <th scope="row">
                  {n + 1} <span class="muted">({classWords(world, classes[n])})</span>
                </th>
                <Value x={frame.step} digits={12} />
                <Value x={frame.loss} digits={6} />
                <Value x={state.entropy} digits={6} />
                <Value x={state.effectiveDistinct} digits={6} />
                <Value x={state.effective} digits={6} />
                <Value x={state.chi} digits={6} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Scroll label="Attention by token" tall>
        <table>
          <caption class="small">Attention by class and token</caption>
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col">token</th>
              <th scope="col">kind</th>
              <th scope="col" class="number">
                probability
              </th>
              <th scope="col" class="number">
                attention
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ one, n, token, i }) => (
              <tr key={`${n} ${token}`}>
                <td>{n + 1}</td>
                <th scope="row">{tokenName(world, token)}</th>
                <td>{one.distinct[i] ? 'distinct' : 'common'}</td>
                <Value x={one.probabilities[i]} digits={6} />
                <Value x={frame.classes[n].attention[i]} digits={6} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
});
