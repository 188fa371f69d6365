/** What the page does when scripts run: the table of verdicts sorts and filters. */

/**
 * Runs in the browser, on its own: it is printed into the page as text, so it must use nothing from outside itself.
 */
function behaviour(): void {
  const table = document.querySelector<HTMLTableElement>('#verdict-table');
  const form = document.querySelector<HTMLFormElement>('#verdict-filters');
  if (!table || !form) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
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
      body.append(...rows);
      for (const head of heads) head.removeAttribute('aria-sort');
    }
  });

  const filter = () => {
    const asked = new FormData(form);
    const text = String(asked.get('text') ?? '')
      .trim()
      .toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = ['verdict', 'rung', 'decided'].every((name) => {
        const value = asked.get(name);
        return !value || row.dataset[name] === value;
      });
      row.hidden = !(fits && (text === '' || row.textContent.toLowerCase().includes(text)));
      if (!row.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} rows`;
  };
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  filter();
  form.hidden = false;
}

export const script = `(${behaviour})();`;
