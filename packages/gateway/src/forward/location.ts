import { rawPathOf, type HttpRequest } from '@bailiwick/wire'

/**
 * S3 names addresses in some answers: that of an object put together from parts, and where a bucket
 * is to be asked for. A client that followed the backend's would go round the gate.
 * Source: S3 API Reference, "CompleteMultipartUpload", "Error responses" (PermanentRedirect).
 */
export function namesPlaces(service: string, operation: string, status: number): boolean {
  if (service !== 's3') return false
  return operation === 'CompleteMultipartUpload' || isRedirect(status)
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

/** The address under which a request came. */
export function gateOriginOf({ secure, headers }: HttpRequest): string {
  return `${secure ? 'https' : 'http'}://${headers.get('host') ?? ''}`
}

/**
 * An answer of S3's with the addresses of the gate: the object's own, as it was asked for, and the
 * gate's host in the place of the backend's.
 */
export function withGatePlaces(body: Buffer, request: HttpRequest, backendOrigin: string): Buffer {
  const own = escaped(gateOriginOf(request) + rawPathOf(request.target))
  const { host } = new URL(backendOrigin)
  const text = body.toString('utf8')
  const located = text.replace(/<Location>[^<]*<\/Location>/, () => `<Location>${own}</Location>`)
  const gateHost = escaped(request.headers.get('host') ?? '')
  return Buffer.from(
    located.replace(
      /<Endpoint>([^<]*)<\/Endpoint>/,
      (_, endpoint: string) => `<Endpoint>${endpoint.replace(host, () => gateHost)}</Endpoint>`,
    ),
  )
}

/** A `Location` header that points to the backend points to the gate. */
export function withGateOrigin(
  location: string,
  request: HttpRequest,
  backendOrigin: string,
): string {
  const isBackends = location === backendOrigin || location.startsWith(`${backendOrigin}/`)
  return isBackends ? gateOriginOf(request) + location.slice(backendOrigin.length) : location
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>]/g, (char) => entities[char] as string)
}
