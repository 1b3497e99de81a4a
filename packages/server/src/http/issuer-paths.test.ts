import { headersOf } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { answerIssuerPath, ownDocument } from './issuer-paths.ts'

// Goal: verifiers find an issuer's keys by its host and by our path, and of no other.
const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
const url = `https://${id}.tokens.sts.global.api.aws`
const issuers = {
  urlOf: (asked: string) => Promise.resolve(asked === id ? url : undefined),
  keys: () => Promise.resolve([{ kid: 'k' }]),
}

async function ask(target: string, host = '127.0.0.1:4600', method = 'GET') {
  const rawHeaders = ['Host', host]
  const request = { method, target, rawHeaders, headers: headersOf(rawHeaders) }
  const answer = await answerIssuerPath(
    { ...request, body: Buffer.alloc(0), secure: false, remoteAddress: '192.0.2.1' },
    issuers,
  )
  return answer && { status: answer.status, body: JSON.parse(String(answer.body)) as object }
}

test('by the issuer’s own host', async () => {
  const host = `${id}.tokens.sts.global.api.aws`
  const configuration = await ask('/.well-known/openid-configuration', host)
  expect(configuration?.body).toMatchObject({
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
  })
  expect(await ask('/.well-known/jwks.json', host)).toEqual({
    status: 200,
    body: { keys: [{ kid: 'k' }] },
  })
})

test('by our path: the keys are found where the configuration was', async () => {
  const base = `/_bailiwick/oidc/${id}/.well-known`
  expect((await ask(`${base}/openid-configuration`))?.body).toMatchObject({
    issuer: url,
    jwks_uri: `http://127.0.0.1:4600${base}/jwks.json`,
  })
  expect((await ask(`${base}/jwks.json`))?.status).toBe(200)
})

const others: readonly [what: string, target: string, status: number | undefined, host?: string][] =
  [
    ['another path', '/', undefined],
    ['the well-known path of another host', '/.well-known/jwks.json', undefined],
    ['an id that is none', '/_bailiwick/oidc/x/.well-known/jwks.json', undefined],
    ['nobody’s id', `/_bailiwick/oidc/${id.replace('0', '1')}/.well-known/jwks.json`, 404],
    ['another document', `/_bailiwick/oidc/${id}/.well-known/x`, 404],
    ['the root of its host', '/', 404, `${id}.tokens.sts.global.api.aws`],
  ]
test.each(others)('%s', async (_what, target, status, host) => {
  expect((await ask(target, host))?.status).toBe(status)
})

test('only reading', async () => {
  const target = `/_bailiwick/oidc/${id}/.well-known/jwks.json`
  expect((await ask(target, undefined, 'POST'))?.status).toBe(405)
})

const documents: readonly [what: string, url: string, isOurs: boolean][] = [
  ['keys of an issuer of ours', `${url}/.well-known/jwks.json`, true],
  ['its configuration', `${url}/.well-known/openid-configuration`, true],
  ['another document of its', `${url}/x`, false],
  ['without TLS', `${url.replace('https', 'http')}/.well-known/jwks.json`, false],
  ['at another port', `${url}:8443/.well-known/jwks.json`, false],
  ['of an issuer of AWS', `${url.replace('0', '1')}/.well-known/jwks.json`, false],
  ['below another name', `${url}.evil.example/.well-known/jwks.json`, false],
  ['no URL', 'nonsense', false],
]
test.each(documents)('tokens that come back, %s: %s is ours: %j', async (_what, asked, isOurs) => {
  expect((await ownDocument(asked, issuers)) !== undefined).toBe(isOurs)
})
