// heavy: 4 s
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scripts = ts.sys
  .readDirectory(root, ['.mjs'], ['node_modules', 'dist', '.snapcheck', 'coverage'])
  .filter((path) => /\/(fixtures|bench|properties)\//.test(path));

/** Names that scripts import from TypeScript files which do not export them: nothing else checks them before they run. */
function missingNames(files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    allowJs: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  // The declarations of packages take most of the time, and say nothing of our own names.
  host.resolveModuleNameLiterals = (names, from) =>
    names.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, from, options, host, undefined, undefined, ts.ModuleKind.ESNext)
        : { resolvedModule: undefined },
    );
  const program = ts.createProgram(files, options, host);
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)!;
    return source.statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
      const from = statement.moduleSpecifier.text;
      const bindings = statement.importClause?.namedBindings;
      if (!from.startsWith('.') || !from.endsWith('.ts') || !bindings || !ts.isNamedImports(bindings))
        return [];
      const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
      const exported = new Set(module ? checker.getExportsOfModule(module).map(({ name }) => name) : []);
      return bindings.elements
        .map(({ name, propertyName }) => (propertyName ?? name).text)
        .filter((name) => !exported.has(name))
        .map(
          (name) => `${file.slice(root.length)}: ${from} does not export ${name}: was it renamed or moved?`,
        );
    });
  });
}

describe('the evidence scripts', () => {
  it('import names that exist', () => {
    expect(scripts.length).toBeGreaterThan(15);
    expect(missingNames(scripts)).toEqual([]);
  });

  it('are reported where a name does not exist (control)', () => {
    const file = `${root}fixtures/documents.mjs`;
    const read = ts.sys.readFile;
    ts.sys.readFile = (path, encoding) =>
      path === file ? "import { rowsNever } from '../src/verify/registry.ts';" : read(path, encoding);
    try {
      expect(missingNames([file])).toEqual([
        'fixtures/documents.mjs: ../src/verify/registry.ts does not export rowsNever: was it renamed or moved?',
      ]);
    } finally {
      ts.sys.readFile = read;
    }
  });
});
