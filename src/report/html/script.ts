/** What the page does when scripts run: the table of verdicts sorts and filters. Sorted, it has no titles. */

/**
 * Runs in the browser, on its own: it is printed into the page as text, so it must use nothing from outside itself.
 */
function behaviour(): void {
  const table = document.querySelector<HTMLTableElement>('#verdict-table');
  const form = document.querySelector<HTMLFormElement>('#verdict-filters');
  if (!table || !form) return;
  const body = table.tBodies[0];
  const lines = [...body.rows];
  const rows = lines.filter((line) => line.dataset.verdict !== undefined);
  const heads = [...table.tHead!.rows[0].cells];
  const count = form.querySelector('output')!;
  const order = form.querySelector<HTMLSelectElement>('[name=order]')!;
  const collator = new Intl.Collator('en', { numeric: true });

  const sort = (column: number, descending: boolean) => {
    const key = (row: HTMLTableRowElement) => row.cells[column].dataset.sort ?? '';
    const numeric = heads[column].dataset.kind === 'number';
    const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement) => {
      const [x, y] = [key(a), key(b)];
      // What has no number stays last in both directions.
      if (x === '' || y === '') return Number(x === '') - Number(y === '');
      return (numeric ? Number(x) - Number(y) : collator.compare(x, y)) * (descending ? -1 : 1);
    };
    for (const line of lines) if (line.dataset.verdict === undefined) line.hidden = true;
    body.append(...[...rows].sort(compare));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    order.value = `${column}${descending ? ' down' : ' up'}`;
  };

  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => sort(column, head.getAttribute('aria-sort') === 'ascending'));
    for (const [way, text] of [
      ['up', '↑'],
      ['down', '↓'],
    ])
      order.append(new Option(`${head.textContent.trim()} ${text}`, `${column} ${way}`));
  });
  order.addEventListener('change', () => {
    const [column, way] = order.value.split(' ');
    if (way) sort(Number(column), way === 'down');
    else {
      body.append(...lines);
      for (const head of heads) head.removeAttribute('aria-sort');
      titles();
    }
  });

  /** A title is shown in the order given, where a row under it is. */
  const titles = () => {
    let [claim, group] = [false, false];
    for (const line of [...lines].reverse()) {
      if (line.classList.contains('claim-head')) {
        line.hidden = !claim;
        claim = false;
      } else if (line.classList.contains('group-head')) {
        line.hidden = !group;
        group = false;
      } else if (!line.hidden) claim = group = true;
    }
  };

  /** Its own text, and that of the claim it belongs to. */
  const texts = new Map<HTMLTableRowElement, string>();
  let claimText = '';
  for (const line of lines)
    if (line.dataset.verdict !== undefined) texts.set(line, `${claimText} ${line.textContent}`.toLowerCase());
    else claimText = line.textContent;

  const filter = () => {
    const chosen = new FormData(form);
    const text = String(chosen.get('text') ?? '')
      .trim()
      .toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = ['verdict', 'rung', 'decided'].every((name) => {
        const value = chosen.get(name);
        return !value || row.dataset[name] === value;
      });
      row.hidden = !(fits && (text === '' || texts.get(row)!.includes(text)));
      if (!row.hidden) shown += 1;
    }
    if (order.value === '') titles();
    count.textContent = `${shown} of ${rows.length} rows`;
  };
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  filter();
  form.hidden = false;
}

export const script = `(${behaviour})();`;
