/** The import rules as a function of the sources, so that they can be tested on invalid sources. */
import ts from 'typescript';

/** Text by path from the root of the repository, e.g. `src/model/problem.ts`. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** A path of `Sources` when relative, else a package name. */
  readonly to: string;
  /** True if only types are imported, so that there is no import at run time. */
  readonly typeOnly: boolean;
}

/** Folders of src by rank: a file imports from its own folder, its own rank and the ranks before. No two import each other. */
const RANKS = [
  ['arithmetic', 'workers', 'io', 'browser'],
  ['model', 'decide'],
  ['ladder'],
  ['generators'],
  ['trainers'],
  ['claims', 'findings', 'kernels'],
  ['verify', 'atlas', 'bench', 'explain', 'runs'],
  ['report'],
  ['cli', 'lab'],
];
/** The library's doors: they may import and re-export anything, and no folder imports them. */
const DOORS = ['src/index.ts', 'src/vitest.ts', 'src/browser.ts'];
/** The trainers (and float64 for many worlds): they share types, never formulas. */
const VOICES = ['reference', 'fast', 'float64', 'worlds64'].map((name) => `src/trainers/${name}.ts`);
/** Which folders of src a package may be imported in. */
const PACKAGES: Record<string, readonly string[]> = {
  'decimal.js': ['arithmetic'],
  'gmp-wasm': ['arithmetic'],
  '#tfjs': ['trainers', 'kernels'],
  '#tfjs-wasm': ['trainers', 'lab'],
  '#tfjs-webgl': ['trainers'],
  '#tfjs-webgpu': ['trainers'],
  '#beta-quantile': ['decide'],
  'fast-check': ['generators', 'decide', 'kernels'],
  tinybench: ['bench'],
  fflate: ['runs'],
  'playwright-core': ['browser'],
  piscina: ['workers'],
  bullmq: ['workers'],
  ioredis: ['workers'],
};
/** Packages that a user does not install: src imports the bundles of `imports` in package.json. */
const BUNDLED = /^@(tensorflow|stdlib)\//;
/**
 * Folders that must not import certain folders of the same or lower rank, so that independent computations stay
 * independent.
 */
const APART: Record<string, readonly string[]> = {
  claims: ['trainers', 'findings'],
  findings: ['trainers', 'claims', 'kernels'],
  kernels: ['findings'],
};
/** Opening a pipe may block for ever: only `src/io` opens paths, after it has checked their type. */
const OPENS = /\b(openSync|create(?:Read|Write)Stream|appendFileSync)\b/;
const LONGEST = 300;

const RANK_IT = 'give the folder its place in RANKS of properties/meta/layering.ts and in CONTRIBUTING.md';

const folder = (path: string): string => path.split('/')[1];
const rank = (path: string): number => RANKS.findIndex((names) => names.includes(folder(path)));
/** Caches parsed files: parsing is slow, and each file is checked for its imports and its declarations. */
const parsed = new Map<string, ts.SourceFile>();
function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  parsed.set(path, file);
  return file;
}

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const resolve = (from: string, specifier: string): string => {
  if (!specifier.startsWith('.')) return packageName(specifier);
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  return parts.join('/');
};

const onlyTypes = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  const names = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  if (
    ts.isExportDeclaration(node)
      ? node.isTypeOnly
      : node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  )
    return true;
  if (ts.isImportDeclaration(node) && (!node.importClause || node.importClause.name)) return false;
  return (
    names !== undefined &&
    (ts.isNamedImports(names) || ts.isNamedExports(names)) &&
    names.elements.every((e) => e.isTypeOnly)
  );
};

/** `import(`, with a comment between or not: without it all imports are statements of the file, and its nodes need no visit. */
const DEEP = /\bimport\s*(\(|\/[*/])/;

/** Every static, dynamic and type import, and every re-export. */
export function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Expression | ts.TypeNode, typeOnly: boolean) => {
    if (ts.isStringLiteralLike(specifier)) found.push({ from, to: resolve(from, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      add(node.moduleSpecifier, onlyTypes(node));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    if (deep) ts.forEachChild(node, visit);
  };
  const deep = DEEP.test(text);
  ts.forEachChild(parse(from, text), visit);
  return found;
}

/** Whether a file declares nothing: imports and exports of other files' names alone. */
const isBarrel = (path: string, text: string): boolean => {
  const { statements } = parse(path, text);
  return (
    statements.some(ts.isExportDeclaration) &&
    statements.every((s) => ts.isExportDeclaration(s) || ts.isImportDeclaration(s))
  );
};

function importFault({ from, to, typeOnly }: Import): string | undefined {
  if (!to.startsWith('src/')) {
    if (BUNDLED.test(to)) return `imports ${to}, which is bundled: import "#tfjs" or "#beta-quantile"`;
    const allowed = PACKAGES[to];
    if (allowed && !allowed.includes(folder(from)))
      return `imports ${to}, which belongs in ${allowed.join(', ')}: use what is exported there`;
    return undefined;
  }
  if (DOORS.includes(to)) return `imports the entry ${to}: import the file that defines the name`;
  if (rank(to) < 0) return `imports ${to}, whose folder has no rank: ${RANK_IT}`;
  if (rank(to) > rank(from))
    return `imports ${to}, which lies above it: move what both need to a folder that both may import`;
  if (APART[folder(from)]?.includes(folder(to)))
    return `lies in ${folder(from)} and imports ${to}, of which it must be independent: move what both need below both`;
  if (VOICES.includes(from) && VOICES.includes(to))
    return `imports the other trainer ${to}: trainers share types and no formulas`;
  if (VOICES.includes(from) && to === 'src/trainers/trainer.ts' && !typeOnly)
    return `takes more than types from ${to}: write "import type"`;
  return undefined;
}

/** Pairs of folders of src of which each imports the other, types included, with a file on either side. */
function mutualImports(imports: readonly Import[]): string[] {
  const files = new Map<string, string>();
  for (const { from, to } of imports)
    if (to.startsWith('src/') && folder(from) !== folder(to))
      files.set(`${folder(from)} ${folder(to)}`, from);
  return [...files].flatMap(([pair, file]) => {
    const [a, b] = pair.split(' ');
    const back = files.get(`${b} ${a}`);
    return a < b && back ? [`${file}, ${back}: src/${a} and src/${b} import each other`] : [];
  });
}

/** The first cycle of imports between files, without type imports; undefined if there is none. */
function circle(imports: readonly Import[]): string | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports)
    if (!typeOnly && to.startsWith('src/')) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string | undefined => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path].join(' -> ');
    if (done.has(path)) return undefined;
    for (const to of next.get(path) ?? []) {
      const found = visit(to, [...trail, path]);
      if (found) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of next.keys()) {
    const found = visit(path, []);
    if (found) return found;
  }
  return undefined;
}

/** The names that a file declares and exports; re-exports do not count. */
function exportedNames(path: string, text: string): string[] {
  return parse(path, text).statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name)
          ? [name.text]
          : name.elements.flatMap((e) => ('name' in e ? [(e.name as ts.Identifier).text] : [])),
      );
    const { name } = statement as { name?: ts.Identifier };
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
}

/** Every violation of the rules, as `path: what`. */
export function breaches(sources: Sources): string[] {
  const found: string[] = [];
  const src = [...sources].filter(([path]) => path.startsWith('src/'));
  const alone: Record<string, string[]> = { 'decimal.js': [], 'gmp-wasm': [], bullmq: [], ioredis: [] };
  const all: Import[] = [];
  const homes = new Map<string, Set<string>>();
  for (const [path, text] of src) {
    const imports = importsOf(path, text);
    for (const name of Object.keys(alone))
      if (imports.some(({ to, typeOnly }) => to === name && !typeOnly)) alone[name].push(path);
    const lines = text.trimEnd().split('\n').length;
    if (lines > LONGEST) found.push(`${path}: has ${lines} lines, more than ${LONGEST}: split it`);
    for (const { to } of imports)
      if (to.startsWith('src/') && !sources.has(to))
        found.push(`${path}: imports ${to}, which does not exist: was the file moved?`);
    if (DOORS.includes(path)) continue;
    all.push(...imports);
    for (const name of exportedNames(path, text)) homes.set(name, (homes.get(name) ?? new Set()).add(path));
    if (rank(path) < 0) found.push(`${path}: lies in a folder without a rank: ${RANK_IT}`);
    const [opens] = OPENS.exec(text) ?? [];
    if (opens && folder(path) !== 'io')
      found.push(
        `${path}: calls ${opens}, which belongs in io: read with readDocument, write with writeWhole`,
      );
    if (isBarrel(path, text))
      found.push(
        `${path}: is a barrel, only re-exports: delete it, and import the files that define the names`,
      );
    for (const one of imports) {
      const fault = importFault(one);
      if (fault) found.push(`${path}: ${fault}`);
    }
  }
  for (const [name, files] of Object.entries(alone))
    if (files.length > 1)
      found.push(
        `${files.join(', ')}: more than one file imports ${name}: keep one, and use what it exports`,
      );
  for (const [name, files] of homes)
    if (files.size > 1)
      found.push(`${[...files].join(', ')}: each exports ${name}: one name has one home, rename all but one`);
  found.push(...mutualImports(all));
  const around = circle(all);
  if (around) found.push(`${around}: a circle of imports: move what both need into a file of its own`);
  return found;
}
