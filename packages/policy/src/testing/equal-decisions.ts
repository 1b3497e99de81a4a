import type { Decision } from '../authorization.ts'

/** Whether two engines decided the same, by the same statements in the same order. */
export function equalDecisions(left: Decision, right: Decision): boolean {
  return (
    left.decision === right.decision &&
    left.blockedBy === right.blockedBy &&
    left.decidingStatements.length === right.decidingStatements.length &&
    left.decidingStatements.every((statement, index) => {
      const other = right.decidingStatements[index]
      return (
        statement.source === other?.source &&
        statement.statementIndex === other.statementIndex &&
        statement.sid === other.sid
      )
    })
  )
}
