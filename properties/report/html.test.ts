import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { rowAnchor } from '../../src/report/html/headline.ts';
import { escapeHtml, html, raw, unbroken } from '../../src/report/html/markup.ts';
import { page, type ReportData } from '../../src/report/html/page.ts';
import { benchFigures, keptAtlas, keptKillMatrix } from '../../src/report/pictures/figures.ts';
import { colour, declarations, light } from '../../src/report/pictures/palette.ts';
import { verdictDrawing } from '../../src/report/pictures/verdictMap.ts';
import type { Result, Row } from '../../src/verify/result.ts';
import { finding, open, result, row, rows, unexpected } from './synthetic.ts';
import { bench } from './syntheticBench.ts';

const EVIL = `<script>alert("1")</script>&'<img src=x onerror=alert(1)>`;

const claims = rows.map(({ claim, source, headline, rung, decided, expected, statement }) => ({
  claim,
  source,
  headline,
  statement: `What ${claim} says.`,
  rungs: [{ rung, decided, expected, statement }],
}));

const data = (change: Partial<ReportData> = {}): ReportData => {
  const shown = change.result ?? result({ findings: [finding()] });
  const map = verdictDrawing(shown.rows, { tile: 22, link: (row) => `#${rowAnchor(row)}` });
  return {
    result: shown,
    claims,
    provenance: { command: 'snapcheck verify', made: new Date(0), versions: { snapcheck: '0.0.0' } },
    map: shown.rows.length > 0 ? { id: 'map', wide: map, narrow: map } : null,
    dynamics: [],
    atlas: [],
    trained: undefined,
    courses: [],
    kills: undefined,
    bench: [],
    ...change,
  };
};
const read = (change: Partial<ReportData> = {}) => parseHTML(page(data(change))).document;

describe('the HTML report', () => {
  it('tells the bottom line, the date, the seed, the command and the versions', () => {
    const text = read().body.textContent;
    expect(text).toContain('= As expected: 3 verdicts (2 hold, 1 false), 1 finding in the paper');
    for (const fact of ['1970-01-01 00:00 UTC', 'Seed', 'npx snapcheck verify --seed 1', '0.0.0'])
      expect(text).toContain(fact);
  });

  it('tells beside the counterexample how a hypothesis was restored, and in the table where that is', () => {
    const document = read();
    const link = document.querySelector('#verdict-table td.control a')!;
    const story = document.querySelector(link.getAttribute('href')!)!;
    expect(story.textContent).toContain('(a faster decoder), the same check holds as it must.');
    expect(document.querySelector('#verdict-table')!.textContent).not.toContain('a faster decoder');
    // Without a counterexample there is no other place for it.
    const alone = read({ result: result({ counterexamples: [] }) });
    expect(alone.querySelector('#verdict-table')!.textContent).toContain('Restored: a faster decoder');
  });

  it('has a row per verdict, headline claims first, with statement, control and what is sorted by', () => {
    const body = [...read().querySelectorAll('#verdict-table tbody tr[data-verdict]')];
    expect(body).toHaveLength(rows.length);
    expect(body[0].textContent).toContain('discriminative');
    for (const row of body) {
      expect(row.textContent).toMatch(/Row sums do not move|Distinct tokens gain/);
      expect(row.textContent).toContain('Drops: the projection in the gradient');
      expect([...row.children].every((cell) => cell.hasAttribute('data-sort'))).toBe(true);
    }
    const heads = read().querySelectorAll('#verdict-table thead th').length;
    expect(body.every(({ children }) => children.length === heads)).toBe(true);
  });

  it('says what was not expected, in words', () => {
    const document = read({ result: result({ rows: [unexpected] }) });
    expect(document.querySelector('.bottom-line.bad')!.textContent).toContain('≠ Not as expected');
    expect(document.querySelector('#verdict-table')!.textContent).toContain('≠ holds was expected');
    expect(document.querySelector('#verdict-table')!.textContent).toContain('≠ passes: the check is vacuous');
  });

  it('tells a counterexample with its world as a matrix, the token marked, the reason and the command', () => {
    const [known] = result().counterexamples;
    const world = {
      problem: {
        vocabulary: 3,
        classes: [
          { next: 0, query: 0, tokens: [0, 1], probabilities: [1, 1] },
          { next: 1, query: 0, tokens: [0, 2], probabilities: [1, 999] },
        ],
      },
      rates: { etaY: 1, etaZ: 2, momentum: 0 },
      seed: -1234567,
    };
    const words = 'Asserted: token 2 gains. It fails. World: M = 3. Why: because it does.';
    const told = { ...known, world, words, margin: { name: 'token 2 gains', value: -1, time: 3 } };
    const article = read({ result: result({ counterexamples: [told] }) }).querySelector('article')!;
    const cells = [...article.querySelectorAll('table.world td')].map(({ textContent }) => textContent);
    expect(cells).toEqual(['0.5', '0.5', '·', '0.001', '·', '0.999']);
    const named = [...article.querySelectorAll('.named')].map(({ textContent }) => textContent);
    expect(named).toEqual(['token 2distinct', '0.999']);
    expect(article.textContent).toContain('Why: because it does.');
    expect(article.textContent).toContain('seed of the samples -1234567');
    expect(article.textContent).toContain(known.replay);
  });

  it('draws the failing margin over time, or says why not', () => {
    const readings = [
      { time: 1, value: 0.5 },
      { time: 2, value: -0.5 },
    ];
    const drawn = read({ courses: [{ readings }] }).querySelector('#case-discriminative-population-course')!;
    expect(drawn.querySelector('svg')!.textContent).toContain('time t');
    const missing = read({ courses: [{ missing: 'not drawn: too stiff' }] });
    expect(missing.querySelector('article')!.textContent).toContain(
      'The failing margin is not drawn: too stiff.',
    );
  });

  it('shows a world that is no problem as it is', () => {
    const article = read().querySelector('article')!;
    expect(article.querySelector('pre')!.textContent).toContain('"vocabulary": 6');
  });

  it('lists findings, and every world that stayed open', () => {
    const document = read({ result: result({ findings: [finding()], undecided: [open] }) });
    expect(document.querySelector('#finding-equation-88')!.textContent).toContain('q0 (-(1 + theta) + |E|)');
    expect(document.body.textContent).toContain('snap on sgd: an equality, open with 320 digits');
  });

  it('leaves out what is not kept, and says so', () => {
    const text = read().body.textContent;
    for (const what of ['atlas', 'kill matrix', 'bench']) expect(text).toContain(`keeps no ${what}`);
    const kept = read({ bench: benchFigures(bench), kills: keptKillMatrix() });
    expect(kept.body.textContent).not.toMatch(/keeps no (bench|kill matrix)/);
    expect(kept.querySelectorAll('#frontier svg, #scaling svg')).toHaveLength(4);
  });

  it('stands without a row', () => {
    expect(read({ result: result({ rows: [], counterexamples: [] }) }).body.textContent).toContain(
      'This run has no verdict.',
    );
  });

  it('opens with the headline claims by rung, each a link to its row, and counts the others', () => {
    const document = read();
    const first = document.querySelector('.first-screen')!;
    const cells = [...first.querySelectorAll('tbody td')];
    expect(cells.map((cell) => cell.querySelector('.badge')?.textContent)).toEqual(['✗ false', '✓ holds']);
    expect(cells.map((cell) => cell.querySelector('a')!.getAttribute('href'))).toEqual([
      '#row-discriminative-population',
      '#row-discriminative-two-timescale',
    ]);
    expect(first.textContent).toContain('Other statements of the paper: 1 claim, 1 verdict (1 holds)');
    const shown = read({ result: result({ rows: [{ ...rows[1], verdict: 'violated' }] }) });
    expect(shown.querySelector('.first-screen .wrong')!.textContent).toBe('≠ holds');
  });

  it('says below a verdict what the worlds did, and what else makes it false', () => {
    const below = (change: Partial<Row>) =>
      ['long', 'brief'].map((width) =>
        read({ result: result({ rows: [{ ...rows[2], idle: 0, ...change }] }) })
          .querySelector(`.first-screen td .small .${width}`)!
          .textContent.replaceAll('\u00a0', ' '),
      );
    expect(below({ worlds: 9, held: 7, violated: 2, idle: 1 })).toEqual(['7 of 9, 1 idle', '7 of 9']);
    expect(below({ worlds: 80, held: 56, violated: 10, undecided: 14 })).toEqual([
      '56 held, 10 violated, 14 undecided',
      '56/10/14',
    ]);
    expect(below({ worlds: 10, held: 6, violated: 0, undecided: 4 })).toEqual([
      '6 held, 4 undecided; false by a kept counterexample',
      '6/0/4*',
    ]);
    expect(below({ worlds: 6, held: 6, violated: 0 })).toEqual([
      'all 6 held; false by a kept counterexample',
      '6 of 6*',
    ]);
  });

  it('explains on the first screen every symbol and mark that is there', () => {
    const { rows }: Result = JSON.parse(
      readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
    );
    const kept = { worlds: 6, held: 6, violated: 0, undecided: 0 };
    const shown = rows.map((row) =>
      row.claim === 'frequency' && row.rung === 'flow' ? { ...row, ...kept } : row,
    );
    const note = read({ result: result({ rows: shown }) }).querySelector('.first-screen table + p')!;
    for (const part of [
      '★ One of',
      '✓ holds',
      '✗ false',
      '? undecided',
      '– not checked',
      'a/b/c',
      '* false by',
    ])
      expect(note.textContent).toContain(part);
    expect(note.textContent).toContain(
      "† Runs with the paper's own settings (Figure 6), the end against the start",
    );
  });

  it('sends for what this run does not check to the table of real training, where that has it', () => {
    const shown: Result = JSON.parse(
      readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
    );
    const unchecked = (trained: ReportData['trained']) =>
      [...read({ result: shown, trained }).querySelector('.first-screen table')!.querySelectorAll('tbody td')]
        .filter((cell) => !cell.querySelector('.badge'))
        .map(
          (cell) =>
            `${cell.querySelector('.long')!.textContent} ${cell.querySelector('a')?.getAttribute('href')}`,
        );
    expect(unchecked(keptAtlas())).toEqual(['see the table #training', 'see the table #training']);
    expect(unchecked(undefined)).toEqual(['not checked undefined', 'not checked undefined']);
  });

  it('says each statement once, under the title of its group', () => {
    const document = read();
    const titles = [...document.querySelectorAll('#verdict-table h4')].map((title) => title.textContent);
    expect(titles).toEqual([
      'The four claims the paper is known for 1 claim',
      'Section 3: the model and its gradient 1 claim',
    ]);
    expect(document.body.textContent.split('What discriminative says.')).toHaveLength(2);
  });

  it('says in the row how many worlds were idle', () => {
    const idle = read({ result: result({ rows: [row({ idle: 41 })] }) });
    expect(idle.querySelector('#verdict-table tbody td.number')!.textContent).toBe('200 / 0 / 0and 41 idle');
  });

  it('gives every anchor once, and a target to every link within', () => {
    const document = read({ bench: benchFigures(bench), kills: keptKillMatrix() });
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...document.querySelectorAll('a')].map(
      (link) => link.getAttribute('href') ?? link.getAttribute('xlink:href')!,
    );
    for (const link of links.filter((link) => link.startsWith('#'))) expect(ids).toContain(link.slice(1));
    // One from the first screen and one from the map.
    expect(links.filter((link) => link === '#row-discriminative-population')).toHaveLength(2);
  });

  it('loads nothing: no address but of the links one may follow, and a policy that forbids the rest', () => {
    const text = page(data());
    expect(text.replaceAll(/<a href="https:[^"]*"| xmlns="[^"]*"/g, '')).not.toMatch(
      /https?:|@import|url\(|src=/,
    );
    expect(text).toContain('default-src &#39;none&#39;');
    expect(read().querySelectorAll('script')).toHaveLength(1);
  });

  it('escapes all that comes from data, wherever it stands', () => {
    const [known] = result().counterexamples;
    const evil = {
      ...result(),
      rows: rows.map((row) => ({ ...row, statement: EVIL, source: EVIL, controlDrops: EVIL, claim: EVIL })),
      counterexamples: [
        { ...known, words: EVIL, replay: EVIL, world: { note: EVIL }, claim: EVIL, rung: EVIL },
      ],
      findings: [finding({ place: EVIL, printed: EVIL, corrected: EVIL, evidence: EVIL, id: EVIL })],
      undecided: [{ claim: EVIL, rung: EVIL, margin: null, digits: 3, replay: EVIL }],
    };
    const provenance = { command: EVIL, made: new Date(0), versions: { [EVIL]: EVIL } };
    const said = claims.map((info) => ({ ...info, claim: EVIL, statement: EVIL }));
    const text = page(data({ result: evil, provenance, claims: said }));
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).toContain(escapeHtml(EVIL));
  });
});

describe('templates', () => {
  it('escape text, keep markup, join lists, skip nothing', () => {
    expect(html`<p title="${'"'}">${['<', html`<b>${'&'}</b>`, 1, null]}</p>`.text).toBe(
      '<p title="&quot;">&lt;<b>&amp;</b>1</p>',
    );
    expect(html`${raw('<i>')}`.text).toBe('<i>');
  });

  it('keep a flag in one piece, and the text as it was', () => {
    expect(unbroken('a --flag <b>').text).toBe('a <span class="flag">--flag</span> &lt;b&gt;');
  });
});

describe('colours', () => {
  it('are the light ones where no page sets them, and have a value in both schemes', () => {
    expect(light(colour('ink'))).toMatch(/^#[\da-f]{6}$/);
    for (const scheme of ['light', 'dark'] as const)
      expect(declarations(scheme)).toMatch(/--ink:#[\da-f]{6}/);
    expect(declarations('light')).not.toBe(declarations('dark'));
  });
});
