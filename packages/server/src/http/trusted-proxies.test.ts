import { headersOf } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { listen } from './listener.ts'
import { forwardedHopsMax, throughProxies, trustedProxies } from './trusted-proxies.ts'

// Goal: only a proxy that is trusted says who calls. Source: IAM User Guide, aws:SourceIp,
// aws:SecureTransport; how proxies write X-Forwarded-For: MDN, "X-Forwarded-For", selecting an address.
const trusted = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']

function asked(remoteAddress: string, ...rawHeaders: string[]) {
  const head = { method: 'GET', target: '/', rawHeaders, headers: headersOf(rawHeaders) }
  const request = { ...head, body: new Uint8Array(), secure: false, remoteAddress }
  const seen = throughProxies(request, trustedProxies(trusted))
  return `${seen.remoteAddress} ${seen.secure ? 'TLS' : 'plain'}`
}

const of = 'X-Forwarded-For'
const rows: readonly [rule: string, from: string, headers: string[], seen: string][] = [
  ['nobody in front', '203.0.113.9', [], '203.0.113.9 plain'],
  ['a stranger who says it is another', '203.0.113.9', [of, '10.1.1.1'], '203.0.113.9 plain'],
  [
    'a stranger who says it came over TLS',
    '203.0.113.9',
    ['X-Forwarded-Proto', 'https'],
    '203.0.113.9 plain',
  ],
  ['one proxy', '10.0.0.1', [of, '198.51.100.4'], '198.51.100.4 plain'],
  ['a proxy by its address', '192.0.2.7', [of, '198.51.100.4'], '198.51.100.4 plain'],
  ['what the client wrote itself', '10.0.0.1', [of, '1.1.1.1, 198.51.100.4'], '198.51.100.4 plain'],
  ['two proxies', '10.0.0.1', [of, '198.51.100.4, 2001:db8::5'], '198.51.100.4 plain'],
  ['two lines', '10.0.0.1', [of, '198.51.100.4', of, '10.2.2.2'], '198.51.100.4 plain'],
  ['proxies alone', '10.0.0.1', [of, '10.2.2.2'], '10.2.2.2 plain'],
  ['an address with a port', '10.0.0.1', [of, '198.51.100.4:81'], '198.51.100.4 plain'],
  ['an address in brackets', '10.0.0.1', [of, '[2001:dead::1]:81'], '2001:dead::1 plain'],
  ['what is no address', '10.0.0.1', [of, '198.51.100.4, unknown'], '10.0.0.1 plain'],
  ['TLS at the proxy', '10.0.0.1', ['X-Forwarded-Proto', 'https'], '10.0.0.1 TLS'],
  ['the nearest says how', '10.0.0.1', ['X-Forwarded-Proto', 'https, http'], '10.0.0.1 plain'],
]

for (const [rule, from, headers, seen] of rows) {
  test(rule, () => {
    expect(asked(from, ...headers)).toBe(seen)
  })
}

test(`of ${forwardedHopsMax} hops the last is seen, of one more it is not`, () => {
  const way = (hops: number) => [of, ['198.51.100.4', ...Array(hops - 1).fill('10.1.1.1')].join()]
  expect(asked('10.0.0.1', ...way(forwardedHopsMax))).toBe('198.51.100.4 plain')
  expect(asked('10.0.0.1', ...way(forwardedHopsMax + 1))).toBe('10.1.1.1 plain')
})

test('through a listener: who a trusted proxy says calls is who is asked about', async () => {
  const answer = ({ remoteAddress, secure }: { remoteAddress: string; secure: boolean }) =>
    Promise.resolve({ status: 200, headers: {}, body: `${remoteAddress} ${String(secure)}` })
  const seenBy = async (...blocks: string[]) => {
    const isTrustedProxy = trustedProxies(blocks)
    const reportBug = (cause: unknown) => {
      throw cause
    }
    const listener = await listen({ host: '127.0.0.1', port: 0, isTrustedProxy, answer, reportBug })
    const headers = { 'X-Forwarded-For': '2001:db8::9, 10.0.0.2', 'X-Forwarded-Proto': 'https' }
    const response = await fetch(listener.url, { headers })
    const text = await response.text()
    await listener.close()
    return text
  }
  expect(await seenBy('127.0.0.0/8', '10.0.0.0/8')).toBe('2001:db8::9 true')
  expect(await seenBy('127.0.0.0/8')).toBe('10.0.0.2 true')
  expect(await seenBy('10.0.0.0/8')).toBe('127.0.0.1 false')
})

test('without trusted proxies the headers mean nothing', () => {
  expect(trustedProxies([])('10.0.0.1')).toBe(false)
})

for (const block of ['10.0.0.0/33', 'ten', '10.0.0.0/8/8', '::1/129', '10.0.0.0/', '']) {
  test(`no block: ${block}`, () => {
    expect(() => trustedProxies([block])).toThrow('is neither an address nor a block')
  })
}
