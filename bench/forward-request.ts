import { sign } from '@bailiwick/wire'
import { credentials } from './server.ts'

export interface SignedHead {
  readonly text: string
  /** The seed of a body in signed chunks. */
  readonly signature: string
}

/** A request to S3 up to its body, signed now for the gate; the backend itself looks at no signature. */
export function signedHead(
  method: string,
  target: string,
  gatePort: number,
  payloadHash: string,
  headers: readonly string[],
): SignedHead {
  const rawHeaders = sign(
    { method, target, rawHeaders: ['Host', `127.0.0.1:${String(gatePort)}`, ...headers], body: '' },
    { credentials, region: 'us-east-1', service: 's3', now: new Date(), payloadHash },
  )
  const lines = [`${method} ${target} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i] ?? ''}: ${rawHeaders[i + 1] ?? ''}`)
  }
  const text = `${lines.join('\r\n')}\r\n\r\n`
  return { text, signature: /Signature=(\w+)/.exec(text)?.[1] ?? '' }
}
