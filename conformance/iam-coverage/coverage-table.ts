/** Writes docs/generated/iam-coverage.md: what the rows cover, as a reader looks for it. */
import { exceptionOf, type Lists } from './lists.ts'
import type { OperationFacts } from './model.ts'
import type { AnyRow, RowsByName } from './row.ts'

const heading = `# Coverage of the IAM API

Written by \`conformance/iam-coverage\` from its rows and the committed model; do not edit. Each row
is tried over HTTP, with the AWS SDK for JavaScript, against a started server.

- **authorised**: who may not call it is refused before anything else is said; see
  [the authorization matrix](iam-authorization-matrix.txt).
- **paged**: every item once, whatever the size of the pages; bad markers and sizes are refused.
- **errors**: those that the model lists and a row brings about. Those it does not are below.

| operation | authorised | paged | errors |
| --------- | ---------- | ----- | ------ |
`

function line(operation: OperationFacts, row: AnyRow | undefined, given: Lists): string {
  const { name, errors, paging } = operation
  if (!row) {
    const why = given.notImplemented.includes(name) ? 'not implemented' : 'no row yet'
    return `| ${name} | ${why} | | |`
  }
  const met = errors.filter((code) => code in row.errors)
  const left = errors.filter((code) => !(code in row.errors))
  const struck = left.map((code) => `~~${code}~~`)
  return `| ${name} | yes | ${paging ? 'yes' : '–'} | ${[...met, ...struck].join(', ') || '–'} |`
}

/** Reason → what it is said of: a line for each. */
function reasons(operations: readonly OperationFacts[], given: Lists): string {
  const lines = Object.entries(given.exceptions['*'] ?? {}).map(
    ([code, reason]) => `- every operation: ${code}: ${reason}`,
  )
  for (const { name } of operations) {
    for (const code of Object.keys(given.exceptions[name] ?? {})) {
      lines.push(`- ${name}: ${code}: ${exceptionOf(given, name, code) ?? ''}`)
    }
  }
  return lines.join('\n')
}

export function coverageTable(
  operations: readonly OperationFacts[],
  rows: RowsByName,
  given: Lists,
): string {
  const lines = operations.map((operation) => line(operation, rows[operation.name], given))
  return `${heading}${lines.join('\n')}

## What is not brought about, and why

${reasons(operations, given)}
`
}
