/** What is asked of the lab's page inside the browser. Each function runs there, so it uses nothing from outside itself. */

/** A fault that axe finds serious or critical. */
export interface AxeFault {
  readonly id: string;
  readonly at: readonly string[];
}

/** The faults of the page as it is, after axe was put into it. */
export async function axeFaults(): Promise<AxeFault[]> {
  interface Axe {
    run(): Promise<{
      violations: readonly {
        id: string;
        impact: string;
        nodes: readonly { html: string; failureSummary: string }[];
      }[];
    }>;
  }
  const { axe } = globalThis as unknown as { axe: Axe };
  const { violations } = await axe.run();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({
      id,
      at: nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
    }));
}

/** The numbers of the step that is looked at, with all their digits, from the tables. */
export function numbersOfStep(): { step: number; loss: number; attention: number[][] } {
  const [states, tokens] = [...document.querySelectorAll('.step-numbers table')].map((table) =>
    [...table.querySelectorAll('tbody tr')].map((row) => ({
      first: Number.parseInt(row.querySelector('th, td')!.textContent!, 10),
      values: [...row.querySelectorAll<HTMLElement>('[data-value]')].map((cell) =>
        Number(cell.dataset.value),
      ),
    })),
  );
  const attention: number[][] = [];
  for (const { first, values } of tokens) {
    attention[first - 1] ??= [];
    attention[first - 1].push(values[1]);
  }
  return { step: states[0].values[0], loss: states[0].values[1], attention };
}

/** Something that has moved by itself. */
export interface Shift {
  readonly value: number;
  readonly what: string;
}

/** What moves on the page without being pressed, for some milliseconds. */
export function shiftsOf(milliseconds: number): Promise<Shift[]> {
  interface Entry extends PerformanceEntry {
    readonly value: number;
    readonly sources: readonly { readonly node: Element | null }[];
  }
  return new Promise((resolve) => {
    const found: Shift[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Entry[])
        found.push({
          value,
          what: sources.map(({ node }) => `${node?.nodeName} ${node?.textContent?.slice(0, 40)}`).join('; '),
        });
    });
    observer.observe({ type: 'layout-shift' });
    setTimeout(() => {
      observer.disconnect();
      resolve(found);
    }, milliseconds);
  });
}
