import ts from 'typescript'
import { lineOf } from './rule.ts'
import type { Finding, Subject } from './rule.ts'

export const functionLinesMax = 70
export const fileLinesMax = 400

/** Files over the limit are split by what they are about, never by number. */
export function fileSize({ path, text }: Subject): readonly Finding[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines <= fileLinesMax) return []
  const message = `${lines} lines; at most ${fileLinesMax}: split it by what it is about`
  return [{ path, line: fileLinesMax + 1, rule: 'file-size', message }]
}

/** Functions over the limit: from the signature to the closing brace, comments included. */
export function functionSize(subject: Subject): readonly Finding[] {
  const findings: Finding[] = []
  const visit = (node: ts.Node): void => {
    if (isFunctionWithBody(node) && !isGrouping(node)) {
      const first = lineOf(subject, node)
      const last = subject.source.getLineAndCharacterOfPosition(node.getEnd()).line + 1
      const lines = last - first + 1
      if (lines > functionLinesMax) {
        const message = `${lines} lines; at most ${functionLinesMax}: keep the branching here, move the leaves out`
        findings.push({ path: subject.path, line: first, rule: 'function-size', message })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(subject.source)
  return findings
}

function isFunctionWithBody(node: ts.Node): boolean {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

/** The callback of `describe(…)`, or the function of a suite: it groups tests and does nothing. */
function isGrouping(node: ts.Node): boolean {
  const call = node.parent
  if (ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText())) return true
  const body = 'body' in node ? (node.body as ts.Node | undefined) : undefined
  return body !== undefined && ts.isBlock(body) && body.statements.some(isTestCase)
}

function isTestCase(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && /^(test|it|describe)\b/.test(statement.getText())
}
