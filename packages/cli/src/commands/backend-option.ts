/** `--backend service=url,…`: where the gate hands on to, and with which key. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'

export interface BackendFlag {
  readonly service: string
  readonly url: string
  readonly region?: string
  /** Absent: requests are not signed. */
  readonly credentials?: Key
  readonly accountHint?: 'moto'
  readonly account?: string
  readonly ownAccountId?: string
}

interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Variables = Readonly<Record<string, string | undefined>>

const names = [
  'region',
  'access-key-id',
  'secret-access-key',
  'session-token',
  'credentials',
  'credentials-file',
  'account',
  'account-hint',
  'account-id',
]

/** Of an emulator that takes any key. */
const anyKey = { accessKeyId: 'bailiwick', secretAccessKey: 'bailiwick' }

/**
 * Backends, several with white space between them, as a variable holds them.
 *
 * @throws InvalidArgumentError with what to write; never with a secret.
 */
export function parseBackends(text: string, variables: Variables): readonly BackendFlag[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((each) => parseBackend(each, variables))
}

function parseBackend(text: string, variables: Variables): BackendFlag {
  const [first = '', ...rest] = text.split(',')
  const [service = '', url = ''] = split(first)
  if (service === '' || url === '') {
    throw new InvalidArgumentError('write service=http://host:port, as in s3=http://127.0.0.1:9000')
  }
  const settings = new Map<string, string>()
  for (const piece of rest) {
    const [name, value = ''] = split(piece)
    if (!names.includes(name) || value === '' || settings.has(name)) {
      throw new InvalidArgumentError(`after the URL stand, once each: ${names.join(', ')}`)
    }
    settings.set(name, value)
  }
  const region = settings.get('region')
  const credentials = credentialsOf(settings, variables)
  return {
    service,
    url,
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
    ...accountsOf(settings),
  }
}

function accountsOf(
  settings: ReadonlyMap<string, string>,
): Pick<BackendFlag, 'accountHint' | 'account' | 'ownAccountId'> {
  const hint = settings.get('account-hint')
  if (hint !== undefined && hint !== 'moto') {
    throw new InvalidArgumentError(`account-hint=${hint}: there is moto`)
  }
  const account = idIn(settings, 'account')
  const ownAccountId = idIn(settings, 'account-id')
  return {
    ...(hint && { accountHint: hint }),
    ...(account !== undefined && { account }),
    ...(ownAccountId !== undefined && { ownAccountId }),
  }
}

function idIn(settings: ReadonlyMap<string, string>, name: string): string | undefined {
  const id = settings.get(name)
  if (id === undefined || /^\d{12}$/.test(id)) return id
  throw new InvalidArgumentError(`${name}=${id}: an account id has 12 digits`)
}

function split(text: string): [string, string?] {
  const equals = text.indexOf('=')
  return equals === -1 ? [text] : [text.slice(0, equals), text.slice(equals + 1)]
}

function credentialsOf(
  settings: ReadonlyMap<string, string>,
  variables: Variables,
): Key | undefined {
  const prefix = settings.get('credentials')
  if (prefix === 'none') return undefined
  if (prefix !== undefined) {
    return complete(
      (name) => variables[`${prefix}_${name.toUpperCase()}`],
      `${prefix}_ACCESS_KEY_ID and ${prefix}_SECRET_ACCESS_KEY are not set`,
    )
  }
  const file = settings.get('credentials-file')
  if (file !== undefined) return credentialsIn(file)
  const given = (name: string) => settings.get(name.replaceAll('_', '-'))
  if (given('access_key_id') === undefined && given('secret_access_key') === undefined)
    return anyKey
  return complete(given, 'access-key-id and secret-access-key go together')
}

/** A file as the AWS CLI keeps it; the first profile counts. */
function credentialsIn(file: string): Key {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new InvalidArgumentError(`credentials-file ${file}: cannot be read`)
  }
  const pairs = text.split('\n').map((line) => split(line).map((each) => each?.trim()))
  const valueOf = (name: string) => pairs.find(([each]) => each === `aws_${name}`)?.[1]
  return complete(
    valueOf,
    `credentials-file ${file}: needs aws_access_key_id and aws_secret_access_key`,
  )
}

function complete(valueOf: (name: string) => string | undefined, otherwise: string): Key {
  const accessKeyId = valueOf('access_key_id')
  const secretAccessKey = valueOf('secret_access_key')
  const sessionToken = valueOf('session_token')
  if (!accessKeyId || !secretAccessKey) throw new InvalidArgumentError(otherwise)
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}
