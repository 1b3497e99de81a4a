import { headersOf, type HttpRequest } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { preflightAnswer, withCors } from './cors.ts'
import { answerOwnPath } from './own-paths.ts'

// Goal: who may reach what is not AWS's: health, reset, and web pages from elsewhere.
function request(
  method: string,
  target: string,
  rawHeaders: readonly string[],
  remoteAddress = '127.0.0.1',
): HttpRequest {
  const headers = headersOf(rawHeaders)
  return {
    method,
    target,
    rawHeaders,
    headers,
    body: Buffer.alloc(0),
    secure: false,
    remoteAddress,
  }
}

const local = ['Host', '127.0.0.1:4600', 'x-bailiwick-reset', '1']
const reset = '/_bailiwick/reset'
const rows: readonly [what: string, asked: HttpRequest, status: number, resets: boolean][] = [
  ['from this machine', request('POST', reset, local), 200, true],
  [
    'over IPv6',
    request('POST', reset, ['Host', '[::1]:4600', 'x-bailiwick-reset', '1'], '::1'),
    200,
    true,
  ],
  ['without the header', request('POST', reset, local.slice(0, 2)), 400, false],
  ['by GET', request('GET', reset, local), 405, false],
  ['from another machine', request('POST', reset, local, '192.0.2.1'), 403, false],
  [
    'under a name rebound to this machine',
    request('POST', reset, ['Host', 'evil.example', 'x-bailiwick-reset', '1']),
    403,
    false,
  ],
]

for (const [what, asked, status, resets] of rows) {
  test(`reset ${what}: ${String(status)}`, async () => {
    let count = 0
    const paths = {
      unhealthy: () => Promise.resolve(undefined),
      reset: () => {
        count++
        return Promise.resolve()
      },
    }
    expect((await answerOwnPath(asked, paths))?.status).toBe(status)
    expect(count).toBe(resets ? 1 : 0)
  })
}

test('a server that keeps its data cannot be reset', async () => {
  const paths = { unhealthy: () => Promise.resolve(undefined) }
  expect((await answerOwnPath(request('POST', reset, local), paths))?.status).toBe(403)
})

test('health says why not', async () => {
  const asked = request('GET', '/_bailiwick/health', ['Host', 'x'])
  const sick = await answerOwnPath(asked, { unhealthy: () => Promise.resolve('disk full') })
  expect(sick?.status).toBe(503)
  expect(sick?.body).toContain('disk full')
  const well = await answerOwnPath(asked, { unhealthy: () => Promise.resolve(undefined) })
  expect(well?.status).toBe(200)
})

test('health tells how backends stand, and is well without them', async () => {
  const asked = request('GET', '/_bailiwick/health', ['Host', 'x'])
  const unhealthy = () => Promise.resolve(undefined)
  const backends = () => ({ s3: 'unreachable', sqs: 'untried' })
  const well = await answerOwnPath(asked, { unhealthy, backends })
  expect(well?.status).toBe(200)
  expect(JSON.parse(String(well?.body))).toEqual({ status: 'ok', backends: backends() })
})

test('paths that are not ours are the gate’s', () => {
  const paths = { unhealthy: () => Promise.resolve(undefined) }
  expect(answerOwnPath(request('POST', '/', local), paths)).toBeUndefined()
})

const origins: readonly [origin: string, configured: readonly string[], allowed: boolean][] = [
  ['http://localhost:5173', [], true],
  ['http://127.0.0.1:4601', [], true],
  ['http://[::1]:4601', [], true],
  ['https://evil.example', [], false],
  ['https://localhost.evil.example', [], false],
  ['null', [], false],
  ['https://console.example.com', ['https://console.example.com'], true],
  ['https://anything.example', ['*'], true],
]

for (const [origin, configured, allowed] of origins) {
  test(`a page of ${origin} may ${allowed ? '' : 'not '}read answers`, () => {
    const policy = { origins: configured }
    const preflight = ['Origin', origin, 'Access-Control-Request-Method', 'POST']
    expect(preflightAnswer(request('OPTIONS', '/', preflight), policy)?.status).toBe(
      allowed ? 200 : 403,
    )
    const answer = withCors(request('POST', '/', ['Origin', origin]), policy, {
      status: 200,
      headers: {},
      body: '',
    })
    expect(answer.headers['access-control-allow-origin']).toBe(allowed ? origin : undefined)
  })
}

test('no page may ask for what is ours, not even one of this machine', () => {
  const preflight = ['Origin', 'http://localhost', 'Access-Control-Request-Method', 'POST']
  expect(preflightAnswer(request('OPTIONS', reset, preflight), { origins: ['*'] })?.status).toBe(
    403,
  )
})

const federations: readonly [host: string, target: string, isOurs: boolean][] = [
  ['127.0.0.1:4600', '/_bailiwick/federation?Action=login', true],
  ['127.0.0.1:4600', '/federation?Action=login', false],
  ['signin.aws.amazon.com', '/federation?Action=login', true],
  ['eu-west-1.signin.aws.amazon.com:4600', '/federation', true],
  ['signin.amazonaws.cn', '/federation', true],
  ['signin.localhost:4600', '/federation', false],
  ['signin.s3.amazonaws.com', '/federation', false],
  ['signin.aws.amazon.com.evil.example', '/federation', false],
  ['signin.aws.amazon.com', '/federation/x', false],
  ['signin.aws.amazon.com', '//federation', false],
]
test.each(federations)('%s%s is the federation endpoint: %j', async (host, target, isOurs) => {
  const federation = () => Promise.resolve({ status: 299, headers: {}, body: '' })
  const paths = { unhealthy: () => Promise.resolve(undefined), federation }
  const answer = await answerOwnPath(request('GET', target, ['Host', host]), paths)
  expect(answer?.status).toBe(isOurs ? 299 : undefined)
})
