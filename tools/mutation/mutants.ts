/** What could be wrong with a source file, one small change at a time. */
import ts from 'typescript'

/** One change of one file's text. */
export interface Mutant {
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** Offsets in the file's text, the end exclusive. */
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** The function it is in and what changes: the same as long as that line is. */
  readonly name: string
}

type Change = readonly [node: ts.Node, replacement: string]

/** The operators that are easily confused with one, and those that drop a side. */
const confused: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [ts.SyntaxKind.LessThanToken, ['<=', '>=']],
  [ts.SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [ts.SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [ts.SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [ts.SyntaxKind.PlusToken, ['-']],
  [ts.SyntaxKind.MinusToken, ['+']],
  [ts.SyntaxKind.AmpersandAmpersandToken, ['||']],
  [ts.SyntaxKind.BarBarToken, ['&&']],
  [ts.SyntaxKind.PlusEqualsToken, ['-=', '=']],
  [ts.SyntaxKind.MinusEqualsToken, ['+=', '=']],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, ['=']],
  [ts.SyntaxKind.AmpersandToken, ['|']],
  [ts.SyntaxKind.BarToken, ['&']],
])

/** All mutants of a file, in the order of their places. */
export function mutantsOf(path: string, text: string): Mutant[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const mutants: Mutant[] = []
  const names = new Map<string, number>()
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) {
      return
    }
    for (const [changed, replacement] of changesOf(node)) {
      const start = changed.getStart(source)
      const what = `${shortened(shownOf(changed).getText(source))} → ${shortened(replacement)}`
      const base = `${path} ${functionOf(node)}: ${what}`
      const count = (names.get(base) ?? 0) + 1
      names.set(base, count)
      mutants.push({
        path,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        start,
        end: changed.getEnd(),
        replacement,
        name: count === 1 ? base : `${base} (${count})`,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return mutants
}

export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function changesOf(node: ts.Node): readonly Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node)
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return ofCondition(node.expression)
  if (ts.isConditionalExpression(node)) return ofCondition(node.condition)
  if (ts.isForStatement(node)) return node.condition ? [[node.condition, 'false']] : []
  if (ts.isPrefixUnaryExpression(node)) return ofPrefix(node)
  if (ts.isPostfixUnaryExpression(node)) {
    const isPlus = node.operator === ts.SyntaxKind.PlusPlusToken
    return [[node, `${node.operand.getText()}${isPlus ? '--' : '++'}`]]
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false']]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true']]
  if (ts.isNumericLiteral(node)) return [[node, String(Number(node.text) + 1)]]
  if (ts.isStringLiteral(node)) return [[node, node.text === '' ? "'x'" : "''"]]
  if (ts.isExpressionStatement(node)) return [[node, ';']]
  if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) return [[node, ';']]
  if (ts.isReturnStatement(node)) return ofReturn(node)
  if (ts.isCaseClause(node) && node.statements.length > 0) return [[node, '']]
  return []
}

function ofBinary(node: ts.BinaryExpression): readonly Change[] {
  const { operatorToken, left, right } = node
  const kind = operatorToken.kind
  const changes: Change[] = (confused.get(kind) ?? []).map((other) => [operatorToken, other])
  const isLogical =
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  // Each side left out; of `??` the fallback is what must be needed.
  if (isLogical) changes.push([node, left.getText()], [node, right.getText()])
  return changes
}

function ofCondition(condition: ts.Expression): readonly Change[] {
  return [
    [condition, 'true'],
    [condition, 'false'],
  ]
}

function ofPrefix(node: ts.PrefixUnaryExpression): readonly Change[] {
  const operand = node.operand.getText()
  if (node.operator === ts.SyntaxKind.ExclamationToken) return [[node, operand]]
  if (node.operator === ts.SyntaxKind.MinusToken) return [[node, operand]]
  if (node.operator === ts.SyntaxKind.PlusPlusToken) return [[node, `--${operand}`]]
  return []
}

/** What is returned, negated where it could be a truth, and nothing at all. */
function ofReturn({ expression }: ts.ReturnStatement): readonly Change[] {
  if (expression === undefined || expression.getText() === 'undefined') return []
  if (expression.kind === ts.SyntaxKind.TrueKeyword) return []
  if (expression.kind === ts.SyntaxKind.FalseKeyword) return []
  return [
    [expression, `!(${expression.getText()})`],
    [expression, 'undefined'],
  ]
}

/** What a mutant's name shows: of an operator or a literal, the expression around it. */
function shownOf(node: ts.Node): ts.Node {
  const isSmall = ts.isToken(node) || ts.isNumericLiteral(node) || ts.isStringLiteral(node)
  return isSmall && !ts.isSourceFile(node.parent) ? node.parent : node
}

const shownCharsMax = 70

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= shownCharsMax ? line : `${line.slice(0, shownCharsMax)}…`
}

function functionOf(node: ts.Node): string {
  const named = ts.findAncestor(node, isNamedFunction) as ts.FunctionDeclaration | undefined
  return named?.name?.getText() ?? 'file'
}

function isNamedFunction(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node)) return node.name !== undefined
  return ts.isMethodDeclaration(node)
}
