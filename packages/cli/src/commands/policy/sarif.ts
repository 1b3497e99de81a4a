/** Reports in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS), for code scanning. */
import type { Report, Severity } from './validate.ts'

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  'security-warning': 'warning',
  warning: 'warning',
  suggestion: 'note',
}

export function sarifLog(reports: readonly Report[]): object {
  const ruleIds = [...new Set(reports.map((report) => report.code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'bailiwick', rules: ruleIds.map((id) => ({ id })) } },
        results: reports.map(result),
      },
    ],
  }
}

function result(report: Report): object {
  const text = report.advice === undefined ? report.message : `${report.message} ${report.advice}`
  return {
    ruleId: report.code,
    level: levels[report.severity],
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: report.file },
          region: { startLine: report.line, startColumn: report.column },
        },
      },
    ],
  }
}
