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
 * Where each statement stands: lines from 1, columns one past its braces counted from 1. Empty where
 * the text is no JSON object with statements.
 */
export function statementPositions(text: string): readonly StatementPosition[] {
  return statementRanges(text).ranges.map(({ offset, length }) => ({
    start: positionPast(text, offset),
    end: positionPast(text, offset + length - 1),
  }))
}

/**
 * The same as the simulator's `StartPosition` and `EndPosition` say it: of a list, a statement
 * begins past what stands before it, the bracket or the brace of its neighbour. Recorded from AWS
 * (2026-09); a single statement between offsets 39 and 111 of one line gave columns 41 and 113.
 */
export function simulatorPositions(text: string): readonly StatementPosition[] {
  const { ranges, listOffset } = statementRanges(text)
  let before = listOffset
  return ranges.map(({ offset, length }) => {
    const end = offset + length - 1
    const position = {
      start: positionPast(text, before ?? offset),
      end: positionPast(text, end),
    }
    if (before !== undefined) before = end
    return position
  })
}

/** The statements of a text; `listOffset` is where their list begins, if they stand in one. */
function statementRanges(text: string) {
  const tree = parseJsonTree(text)
  const fields = tree.ok ? fieldsOf(tree.root) : []
  const statement = fields.find((field) => field.name === 'Statement')?.value
  if (statement === undefined) return { ranges: [], listOffset: undefined }
  const listOffset = statement.type === 'array' ? statement.offset : undefined
  return { ranges: elementsOf(statement), listOffset }
}

function positionPast(text: string, offset: number): Position {
  const { line, column } = positionAt(text, offset)
  return { line, column: column + 1 }
}
