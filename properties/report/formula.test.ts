import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { formula } from '../../src/report/html/formula.ts';
import { listClaims } from '../../src/verify/verify.ts';

const read = (tex: string | undefined) =>
  parseHTML(`<!doctype html><html><body>${formula(tex).text}</body></html>`).document.body;

describe('formulas', () => {
  it.each(listClaims().filter(({ formula: tex }) => tex !== undefined))(
    '$claim: the words above its formula repeat nothing of it in ASCII',
    ({ statement, words = statement }) => {
      // What a formula has and a sentence does not: bounds, exponentials, sums and diagonals.
      expect(words).not.toMatch(/exp\(|<=|diag\(|sum_|sum [a-z]+[_(]|\biota|beta_|e\^/);
    },
  );

  it.each(listClaims())('$claim: its formula is TeX that becomes MathML', ({ formula: tex }) => {
    const body = read(tex);
    expect(body.querySelector('math')).not.toBeNull();
    expect(body.querySelector('code, merror, .temml-error')).toBeNull();
    // No letter of a command that Temml does not know is left.
    expect(body.textContent).not.toContain('\\');
  });

  it('say in MathML what the TeX says', () => {
    const fraction = read(String.raw`\frac{a}{b'} < x_1^2`).querySelector('math')!;
    expect(fraction.querySelector('mfrac')!.children).toHaveLength(2);
    expect(fraction.querySelector('msubsup')!.textContent).toBe('x12');
  });

  it('are nothing where there is none, and the TeX itself where it cannot be read', () => {
    expect(formula(undefined).text).toBe('');
    expect(read(String.raw`\frac{a`).querySelector('code')!.textContent).toBe(String.raw`\frac{a`);
  });

  it.each([
    '</math><script>ran = 1</script>',
    String.raw`\text{<img src="http://evil.invalid" onerror="ran = 1">}`,
    String.raw`\href{javascript:ran=1}{x}`,
    String.raw`\includegraphics{http://evil.invalid/a.png}`,
    String.raw`\style{background:url(http://evil.invalid)}{x}`,
    String.raw`\class{wrong}{x} \id{verdicts}{y} \data{a=b}{z}`,
  ])('make no element, address or name of their own: %s', (tex) => {
    const body = read(tex);
    expect(body.querySelector('script, img, a, mglyph, [href], [src], [onerror], [id], .wrong')).toBeNull();
    expect([...body.querySelectorAll('[style]')].some((one) => /url/.test(one.getAttribute('style')!))).toBe(
      false,
    );
  });
});
