import { elementsOf, fieldsOf, parseJsonTree, positionAt } from './json-tree.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface StatementPosition {
  readonly start: Position
  readonly end: Position
}

/**
 * Where each statement stands, as the simulator's `StartPosition` and `EndPosition` say it: lines
 * from 1, columns one past the brace counted from 1 (recorded from AWS: braces at offsets 39 and
 * 111 of one line gave columns 41 and 113). Empty where the text is no JSON object with statements.
 */
export function statementPositions(text: string): readonly StatementPosition[] {
  const tree = parseJsonTree(text)
  if (!tree.ok) return []
  const statement = fieldsOf(tree.root).find((field) => field.name === 'Statement')
  if (statement === undefined) return []
  return elementsOf(statement.value).map(({ offset, length }) => ({
    start: positionPast(text, offset),
    end: positionPast(text, offset + length - 1),
  }))
}

function positionPast(text: string, offset: number): Position {
  const { line, column } = positionAt(text, offset)
  return { line, column: column + 1 }
}
