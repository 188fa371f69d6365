import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../src/generators/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const read = (name: string) => readFileSync(folder + name, 'utf8');
const index = read('hypotheses.md');

/** Exported functions of a module that return an arbitrary, and exported ones without a return type. */
function functionsOf(text: string): { arbitraries: string[]; untyped: string[]; others: string[] } {
  const found = { arbitraries: [] as string[], untyped: [] as string[], others: [] as string[] };
  const sort = (name: string, type: string | undefined) => {
    if (type === undefined) found.untyped.push(name);
    else (type.startsWith('Arbitrary<') ? found.arbitraries : found.others).push(name);
  };
  const source = ts.createSourceFile('', text, ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.isFunctionDeclaration(statement)) sort(statement.name!.text, statement.type?.getText());
    if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer && ts.isArrowFunction(initializer)) sort(name.getText(), initializer.type?.getText());
  }
  return found;
}

/** Names in backquotes in the rows of the tables. */
const names = [
  ...new Set(
    index
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name)),
  ),
];
/** Words in the tables that are no arbitraries: options and fields of worlds, and a unit of ratios. */
const NOT_ARBITRARIES = ['unequal', 'inside', 'outside', 'matched', 'scanned'];

describe('hypotheses.md, the index of hypotheses and arbitraries', () => {
  const all = files.map((file) => ({ file, ...functionsOf(read(file)) }));
  const arbitraries = all.flatMap((found) => found.arbitraries);

  it('names every exported arbitrary of src/generators: add a new one to a row of a table', () => {
    expect(arbitraries.length).toBeGreaterThan(70);
    expect(arbitraries.filter((name) => !names.includes(name))).toEqual([]);
  });
  it('names only arbitraries that exist', () => {
    expect(names.filter((name) => !arbitraries.includes(name) && !NOT_ARBITRARIES.includes(name))).toEqual(
      [],
    );
  });
  it('misses no arbitrary: every exported function states its return type, and every arbitrary is a function', async () => {
    expect(all.flatMap(({ file, untyped }) => untyped.map((name) => `${file}: ${name}`))).toEqual([]);
    for (const file of files) {
      const exported = Object.entries(await import(`../../src/generators/${file.slice(0, -3)}.ts`));
      expect(exported.filter(([, value]) => value instanceof fc.Arbitrary).map(([name]) => name)).toEqual([]);
    }
  });
  it('control: a function without a return type and an arbitrary outside the index are found', () => {
    const text =
      'export const one = () => fc.nat();\nexport function two(): Arbitrary<number> { return fc.nat(); }';
    expect(functionsOf(text)).toEqual({ arbitraries: ['two'], untyped: ['one'], others: [] });
    expect(names).not.toContain('two');
  });
});
