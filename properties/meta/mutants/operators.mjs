/** The mutants of a source file: replacements of a range of its text. */
import ts from 'typescript';

/** Operators and what each may be replaced by. */
const BINARY = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
};
const METHODS = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  lower: 'upper',
  upper: 'lower',
  some: 'every',
  every: 'some',
};
/** f(x) -> x. */
const OF_ONE = ['neg', 'abs', 'sqrt', 'exp', 'ln', 'log', 'log1p', 'expm1', 'trunc', 'sign'];
/** Functions of two arguments of one kind; others would not compile with theirs swapped. */
const ORDERED = ['sub', 'div', 'pow', 'ratio', 'between'];
/** list.f(..) -> list. */
const OF_LISTS = ['filter', 'slice', 'sort', 'reverse', 'toSorted', 'trim'];

const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/**
 * Texts, types, imports and sizes are not mutated: messages are for people, types do not exist at run time, and the
 * number of worlds of a row is not a statement.
 */
const passedOver = (node) =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isTemplateExpression(node) ||
  ts.isTypeParameterDeclaration(node) ||
  (ts.isPropertyAssignment(node) && ['share', 'least'].includes(node.name.getText())) ||
  (ts.isNewExpression(node) && ts.isThrowStatement(node.parent));

function* ofNumber(node, text) {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || /[ex.]/i.test(text)) yield ['constant', node, `(2 * ${text})`];
  else {
    yield ['constant', node, String(value + 1)];
    if (value > 0) yield ['constant', node, String(value - 1)];
  }
}

function* ofCall(node, textOf) {
  const { expression: callee, arguments: args } = node;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const called = textOf(name);
  if (METHODS[called]) yield ['other function', name, METHODS[called]];
  if (OF_ONE.includes(called) && args.length === 1) yield ['function dropped', node, `(${textOf(args[0])})`];
  if (OF_LISTS.includes(called) && ts.isPropertyAccessExpression(callee))
    yield ['function dropped', node, textOf(callee.expression)];
  if (!ORDERED.includes(called) || args.length < 2) return;
  const [a, b] = args.slice(-2);
  if (textOf(a) !== textOf(b)) yield ['swapped arguments', [a, b], `${textOf(b)}, ${textOf(a)}`];
}

function* ofCatch(node, textOf) {
  const { catchClause } = node;
  if (!catchClause) return;
  const { variableDeclaration: caught } = catchClause;
  if (caught && !ts.isIdentifier(caught.name)) return;
  yield [
    'not caught',
    catchClause,
    `catch (${caught ? textOf(caught.name) : 'e'}) { throw ${caught ? textOf(caught.name) : 'e'}; }`,
  ];
}

function* ofStatement(node) {
  if (ts.isExpressionStatement(node) && !isText(node.expression)) yield ['statement dropped', node, ';'];
  if (ts.isBreakStatement(node) && ts.isCaseClause(node.parent) === false)
    yield ['statement dropped', node, ';'];
  if (ts.isContinueStatement(node)) yield ['statement dropped', node, ';'];
}

/** [operator, the node (or first and last node) replaced, the new text] of one node. */
function* ofNode(node, textOf) {
  yield* ofStatement(node);
  if (ts.isBinaryExpression(node)) {
    const sign = textOf(node.operatorToken);
    if (sign.startsWith('+') && (isText(node.left) || isText(node.right))) return;
    for (const other of BINARY[sign] ?? []) yield ['other operator', node.operatorToken, other];
    if (sign === '??') yield ['condition', node, `(${textOf(node.left)})`];
  } else if (ts.isIfStatement(node) || ts.isWhileStatement(node)) {
    if (ts.isIfStatement(node)) yield ['condition', node.expression, 'true'];
    yield ['condition', node.expression, 'false'];
  } else if (ts.isConditionalExpression(node)) {
    yield ['condition', node.condition, '(true)'];
    yield ['condition', node.condition, '(false)'];
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.ExclamationToken || operator === ts.SyntaxKind.MinusToken)
      yield ['sign or negation', node, `(${textOf(operand)})`];
    else yield ['sign or negation', node, textOf(node).replace(/\+\+|--/, (s) => (s === '++' ? '--' : '++'))];
  } else if (ts.isNumericLiteral(node)) yield* ofNumber(node, textOf(node));
  else if (node.kind === ts.SyntaxKind.TrueKeyword) yield ['constant', node, 'false'];
  else if (node.kind === ts.SyntaxKind.FalseKeyword) yield ['constant', node, 'true'];
  else if (ts.isPropertyAssignment(node) && textOf(node.name) === 'requires')
    yield [
      'kind of margin',
      node.initializer,
      textOf(node.initializer) === "'zero'" ? "'positive'" : "'zero'",
    ];
  else if (ts.isCallExpression(node)) yield* ofCall(node, textOf);
  else if (ts.isTryStatement(node)) yield* ofCatch(node, textOf);
}

const parse = (file, text) => ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** Places of the counters: statements of a block, and bodies of arrow functions without a block. */
function probeOf(node) {
  for (let at = node; at; at = at.parent) {
    const { parent } = at;
    if (!parent) return at;
    if (ts.isArrowFunction(parent) && parent.body === at && !ts.isBlock(at)) return at;
    if (
      ts.isStatement(at) &&
      (ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent))
    )
      return at;
  }
}

/** Every mutant of a file: { file, line, operator, start, end, before, after, probe }. */
export function mutantsOf(file, text) {
  const source = parse(file, text);
  const textOf = (node) => node.getText(source);
  const found = [];
  const visit = (node) => {
    if (passedOver(node)) return;
    for (const [operator, where, after] of ofNode(node, textOf)) {
      const [first, last] = Array.isArray(where) ? where : [where, where];
      const [start, end] = [first.getStart(source), last.getEnd()];
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const statement = textOf(probeOf(node)).slice(0, 200);
      const probe = probeOf(node).getStart(source);
      found.push({
        file,
        line,
        operator,
        start,
        end,
        before: text.slice(start, end),
        after,
        probe,
        statement,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The file with a counter at every probe: it appends `file:probe` to `log` the first time in a process. */
export function instrumented(file, text, log) {
  const probes = new Set(mutantsOf(file, text).map(({ probe }) => probe));
  const inserts = [];
  const source = parse(file, text);
  const visit = (node) => {
    const start = node.getStart(source);
    if (probes.has(start) && probeOf(node) === node) {
      const arrow = ts.isArrowFunction(node.parent) && node.parent.body === node;
      inserts.push([
        start,
        arrow ? `(__at[${start}]||__reach(${start}),` : `__at[${start}]||__reach(${start});`,
      ]);
      if (arrow) inserts.push([node.getEnd(), ')']);
      probes.delete(start);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  let out = text;
  for (const [at, what] of inserts.sort(([a], [b]) => b - a)) out = out.slice(0, at) + what + out.slice(at);
  const head = `const __at = []; function __reach(k) { __at[k] = 1; process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(log)}, ${JSON.stringify(`${file}:`)} + k + '\\n'); }\n`;
  return head + out;
}

/** The output of `tsc` without a type check. */
export const built = (text) =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
