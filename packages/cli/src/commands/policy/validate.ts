/** `bailiwick policy validate`: problems and findings of policy files, offline. */
import { parsePolicy, validatePolicy, type PolicyType } from '@bailiwick/policy'
import type { PackedActionData } from '@bailiwick/policy/action-data'
import { unknownKeys } from '@bailiwick/policy/unknown-keys'
import { exitCodes, UsageError, type Terminal } from './output.ts'
import { sarifLog } from './sarif.ts'

/** From the gravest to the lightest. */
export const severities = ['error', 'security-warning', 'warning', 'suggestion'] as const
export type Severity = (typeof severities)[number]

/** One line of the report. A `problem` keeps AWS from saving the policy; a `finding` does not. */
export interface Report {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly severity: Severity
  readonly kind: 'problem' | 'finding'
  readonly code: string
  readonly message: string
  readonly advice?: string
}

export interface ValidateOptions {
  readonly policyType: PolicyType
  readonly format: 'text' | 'json' | 'sarif'
  /** The lightest severity that makes the command fail. */
  readonly failOn: Severity
}

/** Validates every file, reports all of them, and answers the exit code. */
export async function validateFiles(
  files: readonly string[],
  options: ValidateOptions,
  terminal: Terminal,
): Promise<number> {
  // A megabyte that no other command needs.
  const { actionData } = await import('@bailiwick/policy/action-data')
  const reports = files.flatMap((file) =>
    reportsOf(file, readFile(file, terminal), options.policyType, actionData),
  )
  if (options.format === 'json') terminal.out(`${JSON.stringify(reports, null, 2)}\n`)
  else if (options.format === 'sarif')
    terminal.out(`${JSON.stringify(sarifLog(reports), null, 2)}\n`)
  else terminal.out(textOf(reports, files.length))
  const limit = severities.indexOf(options.failOn)
  const fails = reports.some((report) => severities.indexOf(report.severity) <= limit)
  return fails ? exitCodes.found : exitCodes.ok
}

function readFile(file: string, terminal: Terminal): string {
  try {
    return terminal.readText(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`cannot read ${file}: ${reason}`)
  }
}

function reportsOf(
  file: string,
  text: string,
  policyType: PolicyType,
  actionData: PackedActionData,
): readonly Report[] {
  const parsed = parsePolicy(text, policyType)
  const problems = parsed.ok ? [] : parsed.problems
  const findings = validatePolicy(text, policyType, actionData, unknownKeys)
  return [
    ...problems.map(({ line, column, code, message }): Report => {
      return { file, line, column, severity: 'error', kind: 'problem', code, message }
    }),
    ...findings.map((finding): Report => {
      const { line, column, issueCode: code, findingDetails: message, advice } = finding
      const severity = finding.findingType.toLowerCase().replace('_', '-') as Severity
      return { file, line, column, severity, kind: 'finding', code, message, advice }
    }),
  ]
}

function textOf(reports: readonly Report[], fileCount: number): string {
  const lines = reports.map((report) => {
    const place = `${report.file}:${String(report.line)}:${String(report.column)}`
    const advice = report.advice === undefined ? '' : `\n    ${report.advice}`
    return `${place}  ${report.severity}  ${report.code}\n    ${report.message}${advice}\n`
  })
  const files = fileCount === 1 ? '1 file' : `${String(fileCount)} files`
  const count = severities
    .map((severity) => [severity, reports.filter((report) => report.severity === severity).length])
    .filter(([, amount]) => amount !== 0)
    .map(([severity, amount]) => `${String(amount)} ${String(severity)}${amount === 1 ? '' : 's'}`)
  return `${lines.join('')}${files}: ${count.length === 0 ? 'no findings' : count.join(', ')}\n`
}
