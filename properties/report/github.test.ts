import { describe, expect, it } from 'vitest';
import { annotationText, onGitHub, verifyAnnotations } from '../../src/report/github.ts';
import { result, rows } from './synthetic.ts';

describe('annotations on GitHub', () => {
  it('are made where a runner reads the output', () => {
    expect(onGitHub({ GITHUB_ACTIONS: 'true' })).toBe(true);
    expect(onGitHub({})).toBe(false);
  });

  it('are a line each, escaped as the runner reads them', () => {
    const text = annotationText([
      { level: 'error', title: 'a: b, c', message: '100 %\nmore, and: more', file: 'x,y.mjs' },
      { level: 'warning', title: 't', message: 'm' },
    ]);
    expect(text).toBe(
      '::error title=a%3A b%2C c,file=x%2Cy.mjs::100 %25%0Amore, and: more\n::warning title=t::m\n',
    );
  });

  it('name each row that is not as expected, and no other', () => {
    const good = {
      ...rows[0],
      verdict: rows[0].expected,
      control: 'fails as it must',
      complete: true,
    } as const;
    const wrong = { ...good, claim: 'wrong', expected: 'holds', verdict: 'violated' } as const;
    const vacuous = { ...good, claim: 'vacuous', control: 'passes: the check is vacuous' } as const;
    const cut = { ...wrong, claim: 'cut', verdict: 'undecided' as const, complete: false };
    const given = result({ rows: [good, wrong, vacuous, cut], findings: [], counterexamples: [] });
    const titles = verifyAnnotations(given).map(({ title, message }) => [title, message.split('.')[0]]);
    expect(titles).toEqual([
      [`wrong on ${wrong.rung}`, 'expected holds, found false'],
      [`vacuous on ${vacuous.rung}`, 'its control passes, so the check is vacuous'],
    ]);
  });

  it('tell a counterexample that is not expected, and none that is', () => {
    const { counterexamples, rows } = result();
    const [found] = counterexamples;
    const row = rows.find(({ claim, rung }) => claim === found.claim && rung === found.rung)!;
    expect([found.expected, row.expected, row.verdict]).toEqual([true, 'violated', 'violated']);
    // As expected: a statement that is false, with the world that violates it.
    expect(verifyAnnotations(result({ rows: [row] }))).toEqual([]);
    // Its control alone is wrong: the counterexample is as it should be, and is no part of the error.
    const vacuous = { ...row, control: 'passes: the check is vacuous' } as const;
    const [{ message }] = verifyAnnotations(result({ rows: [vacuous] }));
    for (const text of [found.words, found.replay]) expect(message).not.toContain(text);
    const wrong = { ...row, expected: 'holds' } as const;
    const unexpected = { ...found, expected: false };
    const [error, ...more] = verifyAnnotations(result({ rows: [wrong], counterexamples: [unexpected] }));
    expect(more).toEqual([]);
    expect(error.message.split('\n').slice(1)).toEqual([found.words, found.replay]);
  });
});
