/** What a request to the federation endpoint says, in its query and in a form. */
import type { HttpRequest } from '@bailiwick/wire'

export type Parameters = ReadonlyMap<string, string>

/** Bytes of a form; a session with 50 tags and whole policies fits. Chosen by us. */
export const formBytesMax = 262_144
/** Parameters of a request. Chosen by us. */
export const parameterCountMax = 50

/** The credentials to sign in with. Source: the User Guide's `sessionId`, `sessionKey` and so on. */
export interface SessionParameter {
  readonly sessionId: string
  readonly sessionKey: string
  readonly sessionToken: string
}

/** Or what is wrong with them. A parameter given twice is refused: who read which would not be told. */
export function parametersOf(request: HttpRequest): Parameters | string {
  const { target, method, headers, body } = request
  const mark = target.indexOf('?')
  const pairs = [...new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1))]
  if (method === 'POST' && body.length > 0) {
    const [type = ''] = (headers.get('content-type') ?? '').split(';')
    if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
      return 'Send a form: application/x-www-form-urlencoded.'
    }
    if (body.length > formBytesMax) return `A form has at most ${formBytesMax} bytes.`
    pairs.push(...new URLSearchParams(Buffer.from(body).toString()))
  }
  if (pairs.length > parameterCountMax) return `Send at most ${parameterCountMax} parameters.`
  const parameters = new Map(pairs)
  return parameters.size === pairs.length ? parameters : 'A parameter is given twice.'
}

/** Of `Session`, with `SessionType` absent or `json`; or what is wrong with it. */
export function sessionOf(parameters: Parameters): SessionParameter | string {
  const type = parameters.get('SessionType')
  if (type !== undefined && type !== 'json') return 'SessionType is json.'
  const problem =
    'Session is JSON with the texts sessionId, sessionKey and sessionToken of temporary credentials.'
  let value: unknown
  try {
    value = JSON.parse(parameters.get('Session') ?? '')
  } catch {
    return problem
  }
  const { sessionId, sessionKey, sessionToken } = (value ?? {}) as Record<string, unknown>
  if (
    typeof sessionId !== 'string' ||
    typeof sessionKey !== 'string' ||
    typeof sessionToken !== 'string'
  ) {
    return problem
  }
  return { sessionId, sessionKey, sessionToken }
}
