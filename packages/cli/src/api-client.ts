/** Calls to a server, signed with the credentials of whoever typed the command. */
import { parseXml, sign, type Credentials, type XmlElement } from '@bailiwick/wire'
import { readClientFile } from './client-file.ts'
import { CommandError } from './command-error.ts'

/** Where and as whom. */
export interface Access {
  /** `http://127.0.0.1:4600`. */
  readonly url: string
  readonly region: string
  readonly credentials: Credentials
}

const timeoutMs = 30_000
/** Of a call that asks a backend for all that it has. */
export const longTimeoutMs = 600_000

/**
 * As AWS's clients find it: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and so on; what is missing
 * comes from the data folder of the server. Errors: CommandError.
 */
export function accessOf(dataDir: string, environment: NodeJS.ProcessEnv = process.env): Access {
  const client = readClientFile(dataDir)
  const fromEnvironment = credentialsIn(environment)
  const credentials =
    fromEnvironment ??
    (client?.accessKeyId !== undefined && client.secretAccessKey !== undefined
      ? { accessKeyId: client.accessKeyId, secretAccessKey: client.secretAccessKey }
      : undefined)
  if (credentials === undefined) {
    throw new CommandError(
      `no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name the server's folder with --data`,
    )
  }
  return {
    url: environment['AWS_ENDPOINT_URL'] ?? client?.url ?? 'http://127.0.0.1:4600',
    region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    credentials,
  }
}

function credentialsIn(environment: NodeJS.ProcessEnv): Credentials | undefined {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  const sessionToken = environment['AWS_SESSION_TOKEN']
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

/** An error in JSON; what the framework denies has its message under a capital. */
interface Failure {
  readonly message?: string
  readonly Message?: string
}

/** A call of the service `bailiwick`: JSON there and back. Errors: CommandError. */
export async function callBailiwick(
  access: Access,
  operation: string,
  input: object,
  waitMs = timeoutMs,
): Promise<unknown> {
  const headers = [
    ...['Content-Type', 'application/x-amz-json-1.1'],
    ...['X-Amz-Target', `Bailiwick_20261124.${operation}`],
  ]
  const answer = await send(access, 'bailiwick', JSON.stringify(input), headers, waitMs)
  const body = (answer.text === '' ? {} : JSON.parse(answer.text)) as Failure
  if (answer.status !== 200) {
    throw new CommandError(body.message ?? body.Message ?? `status ${answer.status}`)
  }
  return body
}

/** A call of IAM or STS: the result element. Errors: CommandError. */
export async function callQuery(
  access: Access,
  service: 'iam' | 'sts',
  action: string,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<XmlElement> {
  const form = new URLSearchParams({
    Action: action,
    Version: service === 'iam' ? '2010-05-08' : '2011-06-15',
  })
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) form.set(name, value)
  }
  const type = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']
  const answer = await send(access, service, form.toString(), type)
  const root = parseXml(answer.text)
  const result = root && childOf(root, `${action}Result`)
  if (answer.status === 200 && result !== undefined) return result
  const error = root && childOf(root, 'Error')
  const message = error && childOf(error, 'Message')?.text
  throw new CommandError(message ?? `${action} was answered with status ${answer.status}`)
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name)
}

async function send(
  { url, region, credentials }: Access,
  service: string,
  body: string,
  headers: readonly string[],
  waitMs = timeoutMs,
): Promise<{ readonly status: number; readonly text: string }> {
  const rawHeaders = sign(
    { method: 'POST', target: '/', rawHeaders: ['Host', new URL(url).host, ...headers], body },
    { credentials, region, service, now: new Date() },
  )
  const pairs: [string, string][] = []
  for (let i = 2; i + 1 < rawHeaders.length; i += 2) {
    pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  }
  const signal = AbortSignal.timeout(waitMs)
  const request = { method: 'POST', headers: pairs, body, signal }
  const answer = await fetch(`${url}/`, request).catch(() => undefined)
  if (answer === undefined) throw new CommandError(`nothing answers on ${url}`)
  return { status: answer.status, text: await answer.text() }
}
