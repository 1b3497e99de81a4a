import { createServer } from 'node:https'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from './address.ts'
import { documentBytesMax, getJson } from './get-json.ts'
import { newAuthority } from './testing/certificates.ts'
import type { Authority, Pem } from './testing/certificates.ts'
import type { Resolve, Trust } from './trust.ts'

// Goal: documents come from the provider itself, whoever vouches for it, and from nowhere else.
// Method: real servers over TLS; nothing is mocked but the resolver of names.
let authority: Authority
let leaf: Pem
beforeAll(async () => {
  authority = await newAuthority()
  leaf = await authority.issue('idp.test', '127.0.0.1')
})
const servers = new Set<Server>()
afterAll(() => {
  for (const server of servers) server.closeAllConnections()
})

async function serve(answer: RequestListener, { certificate, key } = leaf): Promise<number> {
  const server = createServer({ cert: certificate, key }, answer)
  servers.add(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const json =
  (value: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(value))

/** Every name is this machine. */
const here: Resolve = (_name, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }])

const trust = (more: Partial<Trust> = {}): Trust => ({
  thumbprints: [],
  mayBePrivate: true,
  ...more,
})

test('a document of a provider that an authority vouches for', async () => {
  const port = await serve(json({ a: 1 }))
  const known = trust({ authorities: authority.certificate })
  for (const host of ['idp.test', '127.0.0.1']) {
    expect(await getJson(`https://${host}:${port}/x`, known, here)).toEqual({ a: 1 })
  }
})

test('a certificate that nobody vouches for, of another name, or of another authority', async () => {
  const port = await serve(json({}))
  const stranger = await newAuthority()
  for (const [host, known, kind] of [
    ['idp.test', trust(), 'untrusted'],
    ['idp.test', trust({ authorities: stranger.certificate }), 'untrusted'],
    ['else.test', trust({ authorities: authority.certificate }), 'unreachable'],
  ] as const) {
    await expect(getJson(`https://${host}:${port}/`, known, here)).rejects.toMatchObject({ kind })
  }
})

test('a thumbprint vouches: of the authority, or of the server itself; another does not', async () => {
  const { X509Certificate } = await import('node:crypto')
  const own = new X509Certificate(leaf.certificate).fingerprint.replaceAll(':', '').toLowerCase()
  const port = await serve(json({ a: 1 }))
  const url = `https://idp.test:${port}/`
  for (const thumbprint of [authority.thumbprint, authority.thumbprint.toUpperCase(), own]) {
    const known = trust({ thumbprints: ['0'.repeat(40), thumbprint] })
    expect(await getJson(url, known, here)).toEqual({ a: 1 })
  }
  const wrong = trust({ thumbprints: ['0'.repeat(40)] })
  await expect(getJson(url, wrong, here)).rejects.toMatchObject({ kind: 'untrusted' })
  const elsewhere = trust({ thumbprints: [authority.thumbprint] })
  await expect(getJson(`https://else.test:${port}/`, elsewhere, here)).rejects.toThrow(/altnames/)
})

test('the thumbprint of a certificate that is shown, but has not signed, does not vouch', async () => {
  const impostor = await newAuthority()
  const { certificate, key } = await impostor.issue('idp.test')
  const own = certificate.slice(0, certificate.indexOf('-----END') + 26)
  const port = await serve(json({}), { certificate: `${own}\n${authority.certificate}`, key })
  const known = trust({ thumbprints: [authority.thumbprint] })
  const answer = getJson(`https://idp.test:${port}/`, known, here)
  await expect(answer).rejects.toThrow()
})

const answers: readonly [what: string, answer: RequestListener, kind: string][] = [
  [
    'a redirect, even to itself',
    (_q, r) => r.writeHead(302, { location: 'https://idp.test/' }).end(),
    'unacceptable',
  ],
  ['not found', (_q, r) => r.writeHead(404).end('{}'), 'unacceptable'],
  ['a failure', (_q, r) => r.writeHead(503).end('{}'), 'unreachable'],
  ['too many requests', (_q, r) => r.writeHead(429).end('{}'), 'unreachable'],
  ['no JSON', (_q, r) => r.end('<html>'), 'unacceptable'],
  ['one byte too many', (_q, r) => r.end(`"${'x'.repeat(documentBytesMax - 1)}"`), 'unacceptable'],
  ['a connection that breaks off', (_q, r) => r.destroy(), 'unreachable'],
]
test.each(answers)('refused: %s', async (_what, answer, kind) => {
  const port = await serve(answer)
  const known = trust({ authorities: authority.certificate })
  await expect(getJson(`https://idp.test:${port}/`, known, here)).rejects.toMatchObject({ kind })
})

test('the largest document', async () => {
  const port = await serve(json('x'.repeat(documentBytesMax - 2)))
  const known = trust({ authorities: authority.certificate })
  expect(await getJson(`https://idp.test:${port}/`, known, here)).toHaveLength(documentBytesMax - 2)
})

test(
  'an endless answer ends with the time, and one that never begins',
  { timeout: 15_000 },
  async () => {
    const drip: RequestListener = (_q, response) => {
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    }
    const known = trust({ authorities: authority.certificate })
    const ports = [await serve(drip), await serve(() => undefined)]
    for (const outcome of await Promise.allSettled(
      ports.map((port) => getJson(`https://idp.test:${port}/`, known, here)),
    )) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'unreachable' } })
    }
  },
)

// Source: IANA's special-purpose address registries.
const addresses: readonly [address: string, isPublic: boolean][] = [
  ['8.8.8.8', true],
  ['172.15.255.255', true],
  ['172.32.0.0', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['127.255.255.255', false],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fd00:ec2::254', false],
  ['::ffff:8.8.8.8', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:1::', false],
  ['2001:db8::1', false],
  ['ff02::1', false],
  ['localhost', false],
  ['', false],
]
test.each(addresses)('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic)
})

const guarded = trust({ mayBePrivate: false })
test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://169.254.169.254/latest',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://[::ffff:127.0.0.1]/',
  'http://idp.test/',
  'https://user@idp.test/',
  'https://user:pass@idp.test/',
  'file:///etc/passwd',
  'nonsense',
])('nothing is asked of %s', async (url) => {
  const nobody: Resolve = () => expect.unreachable()
  await expect(getJson(url, guarded, nobody)).rejects.toMatchObject({ kind: 'unacceptable' })
})

test('a name of this machine, or of it among others, or that turns to it later, is not asked', async () => {
  const asked: string[] = []
  const port = await serve((request, response) => {
    asked.push(request.url ?? '')
    response.end('{}')
  })
  const mixed: Resolve = (_name, _options, callback) =>
    callback(null, [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ])
  for (const resolve of [here, mixed]) {
    const known = { ...guarded, authorities: authority.certificate }
    const answer = getJson(`https://idp.test:${port}/`, known, resolve)
    await expect(answer).rejects.toMatchObject({ kind: 'unacceptable' })
  }
  // For the thumbprint the name is looked up again: it is looked at again, too.
  let lookups = 0
  const rebinding: Resolve = (_name, _options, callback) => {
    lookups++
    callback(null, [{ address: '127.0.0.1', family: 4 }])
  }
  const known = { ...guarded, thumbprints: [authority.thumbprint] }
  await expect(getJson(`https://idp.test:${port}/`, known, rebinding)).rejects.toThrow('no public')
  expect(lookups).toBe(1)
  expect(asked).toEqual([])
})
