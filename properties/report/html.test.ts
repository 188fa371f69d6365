import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, raw, unbroken } from '../../src/report/html/markup.ts';
import { page, type ReportData } from '../../src/report/html/page.ts';
import { benchFigures, keptKillMatrix } from '../../src/report/pictures/figures.ts';
import { colour, declarations, light } from '../../src/report/pictures/palette.ts';
import { verdictDrawing } from '../../src/report/pictures/verdictMap.ts';
import { finding, open, result, rows, unexpected } from './synthetic.ts';
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
  const map = verdictDrawing(shown.rows, 'snapcheck verify', 22);
  return {
    result: shown,
    claims,
    provenance: { command: 'snapcheck verify', made: new Date(0), versions: { snapcheck: '0.0.0' } },
    map: shown.rows.length > 0 ? { id: 'map', wide: map, narrow: map } : null,
    dynamics: [],
    atlas: [],
    kills: undefined,
    bench: [],
    ...change,
  };
};
const read = (change: Partial<ReportData> = {}) => parseHTML(page(data(change))).document;

describe('the HTML report', () => {
  it('tells the bottom line, the date, the seed, the command and the versions', () => {
    const text = read().body.textContent;
    expect(text).toContain(
      '✓ As expected: 3 verdicts (2 hold, 1 false) and 1 finding in the paper: 1 is a misprint',
    );
    for (const fact of ['1970-01-01 00:00 UTC', 'Seed', 'npx snapcheck verify --seed 1', '0.0.0'])
      expect(text).toContain(fact);
  });

  it('tells beside the counterexample how a hypothesis was restored, and in the table where that is', () => {
    const document = read();
    const link = document.querySelector('#verdict-table td.control a')!;
    const story = document.querySelector(link.getAttribute('href')!)!;
    expect(story.textContent).toContain('(a faster decoder) the same check holds as it must.');
    expect(document.querySelector('#verdict-table')!.textContent).not.toContain('a faster decoder');
    // Without a counterexample there is no other place for it.
    const alone = read({ result: result({ counterexamples: [] }) });
    expect(alone.querySelector('#verdict-table')!.textContent).toContain('Restores: a faster decoder');
  });

  it('has a row per verdict, headline claims first, with statement, control and what is sorted by', () => {
    const body = [...read().querySelectorAll('#verdict-table tbody tr')];
    expect(body).toHaveLength(rows.length);
    expect(body[0].textContent).toContain('★ discriminative');
    for (const row of body) {
      expect(row.textContent).toContain('Asked here: Row sums do not move.');
      expect(row.textContent).toContain('Drops: the projection in the gradient');
      expect([...row.children].every((cell) => cell.hasAttribute('data-sort'))).toBe(true);
    }
    const heads = read().querySelectorAll('#verdict-table thead th').length;
    expect(body.every(({ children }) => children.length === heads)).toBe(true);
  });

  it('says what was not expected, in words', () => {
    const document = read({ result: result({ rows: [unexpected] }) });
    expect(document.querySelector('.bottom-line.bad')!.textContent).toContain('✗ Not as expected');
    expect(document.querySelector('#verdict-table')!.textContent).toContain('expected: holds');
    expect(document.querySelector('#verdict-table')!.textContent).toContain('✗ passes: the check is vacuous');
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
    const spoken = [...article.querySelectorAll('.spoken')].map(({ textContent }) => textContent);
    expect(spoken).toEqual(['token 2distinct', '0.999']);
    expect(article.textContent).toContain('Why: because it does.');
    expect(article.textContent).toContain('seed of the samples -1234567');
    expect(article.textContent).toContain(known.replay);
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
      'No verdict was asked',
    );
  });

  it('gives every anchor once, and a target to every link within', () => {
    const document = read({ bench: benchFigures(bench), kills: keptKillMatrix() });
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href^="#"]'))
      expect(ids).toContain(link.getAttribute('href')!.slice(1));
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
