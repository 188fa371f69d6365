/** The mutation operators, and the kept mutation score. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { built, instrumented, mutantsOf } from './mutants/operators.mjs';

const of = (text: string) =>
  mutantsOf('src/a.ts', text).map(
    ({ operator, start, end, after }: { operator: string; start: number; end: number; after: string }) =>
      `${operator}: ${text.slice(0, start)}${after}${text.slice(end)}`,
  );

describe('mutants', () => {
  it('change one place each', () => {
    expect(of('const f = (a: number) => a < 2 && !g(a);')).toEqual([
      'other operator: const f = (a: number) => a < 2 || !g(a);',
      'other operator: const f = (a: number) => a <= 2 && !g(a);',
      'other operator: const f = (a: number) => a >= 2 && !g(a);',
      'constant: const f = (a: number) => a < 3 && !g(a);',
      'constant: const f = (a: number) => a < 1 && !g(a);',
      'sign or negation: const f = (a: number) => a < 2 && (g(a));',
    ]);
    expect(of('F.sub(a, b);')).toEqual([
      'statement dropped: ;',
      'other function: F.add(a, b);',
      'swapped arguments: F.sub(b, a);',
    ]);
    expect(of('try { f(); } catch (e) { g(e); }')).toContain(
      'not caught: try { f(); } catch (e) { throw e; }',
    );
    expect(of("const m = { requires: 'zero' };")).toEqual([
      "kind of margin: const m = { requires: 'positive' };",
    ]);
    expect(of('const x = 1e-9;')).toEqual(['constant: const x = (2 * 1e-9);']);
  });
  it('do not change texts, types, imports, sizes and messages', () => {
    expect(of("import { a } from './a.ts';")).toEqual([]);
    expect(of('interface A { readonly b: 1 | 2 }')).toEqual([]);
    expect(of(['const text = `at $', '{n + 1}`;'].join(''))).toEqual([]);
    expect(of('const row = { share: 0.5, least: 3 };')).toEqual([]);
    expect(of('function f(): void { throw new Error(g(1)); }')).toEqual([]);
  });
  it('are counted when reached, without another effect', () => {
    const text = 'export const f = (n: number): number => { if (n > 1) return n * f(n - 1); return 1; };';
    const log = '/dev/null';
    const run = (code: string) =>
      new Function(`${built(code).replace('export const', 'return')}`)() as unknown;
    expect(instrumented('src/a.ts', text, log)).toContain('__reach(');
    expect(built(text)).not.toContain('number');
    expect(() => run('export const x = 1;')).not.toThrow();
  });
});

const kept = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(kept(name), 'utf8'));

describe('what was measured', () => {
  it.skipIf(!existsSync(kept('mutants.json')))(
    'tests kill 85 % of at least 300 mutants, and the others are listed',
    () => {
      const { score, mutants } = read('mutants.json');
      expect(score.all.sampled).toBeGreaterThanOrEqual(300);
      expect(score.all.open).toBe(0);
      expect(score.all.score).toBeGreaterThanOrEqual(85);
      expect(mutants).toHaveLength(score.all.sampled);
      for (const { outcome, by, equivalent } of mutants)
        if (outcome === 'killed') expect(by).toBeTruthy();
        else if (equivalent !== undefined) expect(equivalent.length).toBeGreaterThan(20);
    },
  );
  it.skipIf(!existsSync(kept('coverage.json')))('tests run 95 % of the lines of src', () => {
    expect(read('coverage.json').all['lines %']).toBeGreaterThanOrEqual(95);
  });
});
