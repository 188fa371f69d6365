/** What a failing test of a generated file says: the command, the place, and the lines of both texts. */
import { describe, expect, it } from 'vitest';
import { expectGenerated, outdated } from '../support/generated.ts';

const told = (actual: string, expected: string) =>
  outdated({ path: 'docs/table.md', actual, expected, command: 'npm run docs' });

describe('a generated file', () => {
  it('passes where it is what its command writes', () => {
    expect(told('a\nb\n', 'a\nb\n')).toBeUndefined();
    expectGenerated({ path: 'x', actual: '', expected: '', command: 'y' });
  });

  it('fails with the command, the place and both texts from there on', () => {
    expect(told('a\nold\nc\nd\ne\n', 'a\nnew\nc\n')).toBe(
      [
        'docs/table.md differs from what its generator writes today. To write it again, run',
        '    npm run docs',
        'and look at the change (git diff docs/table.md) before you commit it. The first difference is in line 2.',
        'In the file:',
        '    old',
        '    c',
        '    d',
        'Generated now:',
        '    new',
        '    c',
        '    ',
      ].join('\n'),
    );
    expect(() => expectGenerated({ path: 'x', actual: 'a', expected: 'b', command: 'npm run docs' })).toThrow(
      'npm run docs',
    );
  });

  it('shows the place where a long line differs, and no more than fits a screen', () => {
    const long = 'x'.repeat(5000);
    const message = told(`${long}old${long}`, `${long}new${long}`)!;
    expect(message).toContain('xold');
    expect(message).toContain('xnew');
    expect(message.length).toBeLessThan(1000);
  });

  it('says where one text ends before the other', () => {
    expect(told('a', 'a\nb')).toContain(
      'In the file:\n    (nothing: the text ends here)\nGenerated now:\n    b',
    );
    expect(told('a\nb', 'a')).toContain('Generated now:\n    (nothing: the text ends here)');
  });
});
