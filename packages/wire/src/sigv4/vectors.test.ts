import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { headersOf } from '../http.ts'
import type { HttpRequest } from '../http.ts'
import { canonicalRequest } from './canonical.ts'
import type { PathStyle } from './canonical.ts'
import { basicTimestamp, deriveSigningKey, sha256Hex, stringToSign } from './key.ts'
import { parseSignature } from './parse.ts'
import { presign, sign } from './sign.ts'
import { signatureMatches } from './verify.ts'

// Goal: the published signing test suite, both forms, from both sides.
// Method: every case of vectors/sigv4.json (awslabs/aws-c-auth, see its source note): canonical
// request, string to sign and signature as published; and the signed request as published verifies.

interface Case {
  name: string
  context: {
    credentials: { access_key_id: string; secret_access_key: string; token?: string }
    region: string
    service: string
    timestamp: string
    normalize: boolean
    sign_body: boolean
    expiration_in_seconds: number
    omit_session_token?: boolean
  }
  request: string
  'header-canonical-request': string
  'header-string-to-sign': string
  'header-signature': string
  'header-signed-request': string
  'query-canonical-request': string
  'query-string-to-sign': string
  'query-signature': string
  'query-signed-request': string
}

const { cases } = JSON.parse(
  readFileSync(new URL('./vectors/sigv4.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

function parseHttp(text: string): HttpRequest {
  const end = text.indexOf('\n\n')
  const head = end === -1 ? text.replace(/\n$/, '') : text.slice(0, end)
  const lines = head.split('\n')
  const [, method, target] = /^(\S+) (.*) HTTP\/1.1$/.exec(lines[0] ?? '') ?? []
  const rawHeaders: string[] = []
  for (const line of lines.slice(1)) {
    // A folded line belongs to the header before it.
    if (/^\s/.test(line)) rawHeaders.push(`${rawHeaders.pop() ?? ''} ${line.trim()}`)
    else {
      const colon = line.indexOf(':')
      rawHeaders.push(line.slice(0, colon), line.slice(colon + 1))
    }
  }
  return {
    method: method ?? '',
    target: target ?? '',
    rawHeaders,
    headers: headersOf(rawHeaders),
    body: Buffer.from(end === -1 ? '' : text.slice(end + 2)),
    secure: true,
    remoteAddress: '192.0.2.1',
  }
}

function optionsOf({ context }: Case) {
  const { credentials } = context
  const token = context.omit_session_token ? undefined : credentials.token
  return {
    credentials: {
      accessKeyId: credentials.access_key_id,
      secretAccessKey: credentials.secret_access_key,
      ...(token !== undefined && { sessionToken: token }),
    },
    region: context.region,
    service: context.service,
    now: new Date(context.timestamp),
    pathStyle: (context.normalize ? 'normalized' : 'verbatim') satisfies PathStyle as PathStyle,
    contentSha256Header: context.sign_body,
  }
}

test('the suite is all there', () => expect(cases.length).toBe(38))

for (const vector of cases) {
  const { context } = vector
  const options = optionsOf(vector)
  const scope = `20150830/${context.region}/${context.service}/aws4_request`

  for (const form of ['header', 'query'] as const) {
    test(`${vector.name}, ${form}: canonical request, string to sign, signature`, () => {
      const published = parseHttp(vector[`${form}-signed-request`])
      const signedHeaders = (
        /SignedHeaders=([^,&]*)/.exec(
          published.headers.get('authorization') ?? published.target,
        )?.[1] ?? ''
      ).replaceAll('%3B', ';')
      const body = context.sign_body || published.body.length > 0 ? published.body : ''
      const canonical = canonicalRequest({
        method: published.method,
        target: published.target,
        rawHeaders: published.rawHeaders,
        signedHeaders: signedHeaders.split(';'),
        payloadHash: sha256Hex(body),
        pathStyle: options.pathStyle,
        withoutParameters: [
          'X-Amz-Signature',
          ...(context.omit_session_token ? ['X-Amz-Security-Token'] : []),
        ],
      })
      expect(canonical).toBe(vector[`${form}-canonical-request`])
      expect(stringToSign(basicTimestamp(options.now), scope, canonical)).toBe(
        vector[`${form}-string-to-sign`],
      )
      const signature = vector[`${form}-signature`]
      if (form === 'header') {
        const unsigned = parseHttp(vector.request)
        expect(sign(unsigned, options).at(-1)).toContain(`Signature=${signature}`)
      } else {
        const unsigned = parseHttp(vector.request)
        const expiresSeconds = context.expiration_in_seconds
        expect(presign(unsigned, { ...options, expiresSeconds })).toContain(
          `X-Amz-Signature=${signature}`,
        )
      }
    })

    // What a server cannot know: a path that was not normalised, a token added after signing.
    if (!context.normalize || (context.omit_session_token && form === 'query')) continue

    test(`${vector.name}, ${form}: the signed request verifies, and no other secret does`, () => {
      const request = parseHttp(vector[`${form}-signed-request`])
      const parsed = parseSignature(request)
      if (!parsed.ok) throw new Error(parsed.error.message)
      const { signed } = parsed
      expect(signed.accessKeyId).toBe('AKIDEXAMPLE')
      const key = (secret: string) =>
        deriveSigningKey(secret, signed.scope.date, signed.scope.region, signed.scope.service)
      const hash = sha256Hex(request.body)
      const { secretAccessKey } = options.credentials
      expect(signatureMatches(request, signed, key(secretAccessKey), hash)).toBe(true)
      expect(signatureMatches(request, signed, key(`${secretAccessKey}x`), hash)).toBe(false)
    })
  }
}
