import { styleText } from 'node:util'

/** pino's levels, in words. */
const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

type Fields = Readonly<Record<string, unknown>>

/**
 * One line of JSON as pino writes it, for someone at a terminal:
 * `12:00:01 200 arn:aws:iam::1:user/ann iam:GetUser allowed by team[0] on arn:… 1.2ms`.
 * What is not a request is its level, its message and the rest of its fields.
 */
export function prettyLine(json: string): string {
  let fields: Fields
  try {
    fields = JSON.parse(json) as Fields
  } catch {
    return json
  }
  const time = text(fields['time']).slice(11, 19)
  const line = 'status' in fields ? requestText(fields) : messageText(fields)
  return `${styleText('dim', time)} ${line}\n`
}

function requestText(fields: Fields): string {
  const status = Number(fields['status'])
  const color = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
  const statements = (fields['statements'] as readonly string[] | undefined) ?? []
  const words = [
    styleText(color, String(status)),
    text(fields['caller']),
    styleText('bold', text(fields['action'])),
    text(fields['decision']),
    statements.length > 0 ? `by ${statements.join(', ')}` : '',
    fields['resource'] === undefined ? '' : `on ${text(fields['resource'])}`,
    text(fields['error']),
    styleText('dim', `${text(fields['ms'])}ms ${text(fields['explain'] ?? fields['id'])}`),
  ]
  return words.filter((word) => word !== '').join(' ')
}

const shownElsewhere = new Set(['level', 'time', 'msg', 'err'])

function messageText(fields: Fields): string {
  const level = levelNames[Number(fields['level'])] ?? 'info'
  const rest = Object.entries(fields).filter(([name]) => !shownElsewhere.has(name))
  const error = fields['err'] as { stack?: string; message?: string } | undefined
  return [
    `${level}: ${text(fields['msg'])}`,
    ...rest.map(([name, value]) => `${name}=${text(value)}`),
    error === undefined ? '' : `\n${error.stack ?? error.message ?? ''}`,
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
