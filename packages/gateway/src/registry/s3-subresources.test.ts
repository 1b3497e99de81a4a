import { loadModel } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { arrived, reply, send } from '../testing/s3-gate.ts'
import { s3SubresourceOperations } from './s3-subresources.ts'

// Goal: what a backend does not know of S3 does nothing there that nobody has decided on. Method: a
// backend that passes subresources over, as Swift 2.30 and Ceph do, and one that knows them.
const listing = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>reports</Name><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>secret</Key></Contents></ListBucketResult>`
const cors = `<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>`
const none = (code: string) => `<Error><Code>${code}</Code><Message>None.</Message></Error>`

const written: readonly [
  what: string,
  method: string,
  target: string,
  asked: readonly [line: string, status: number, body: string],
  code: string,
][] = [
  ['passed over', 'DELETE', '/reports?cors', ['?cors', 200, listing], 'NotImplemented'],
  ['passed over', 'DELETE', '/reports?lifecycle', ['?lifecycle', 200, listing], 'NotImplemented'],
  [
    'passed over',
    'DELETE',
    '/reports?metrics&id=a',
    ['?metrics&id=a', 200, listing],
    'NotImplemented',
  ],
  ['passed over', 'PUT', '/reports?cors', ['?cors', 200, listing], 'NotImplemented'],
  ['refused', 'DELETE', '/reports?cors', ['?cors', 501, none('NotImplemented')], 'NotImplemented'],
  ['an error', 'DELETE', '/reports?cors', ['?cors', 500, none('InternalError')], 'NotImplemented'],
  ['no bucket', 'DELETE', '/reports?cors', ['?cors', 404, none('NoSuchBucket')], 'NoSuchBucket'],
  ['known, there is one', 'DELETE', '/reports?cors', ['?cors', 200, cors], ''],
  ['known, none', 'DELETE', '/reports?cors', ['?cors', 404, none('NoSuchCORSConfiguration')], ''],
]

for (const [what, method, target, [asked, status, body], code] of written) {
  test(`${method} ${target}: ${what}`, async () => {
    const question = `GET /reports${asked}`
    reply({ [question]: [status, body] })
    const sent = method === 'PUT' ? cors : ''
    expect(await send({ method, target, body: sent })).toMatchObject({ code })
    expect(arrived[0]).toBe(question)
    expect(arrived.slice(1).map((line) => line.split(' ')[0])).toEqual(code === '' ? [method] : [])
  })
}

const lock = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`
const locked: readonly [what: string, status: number, body: string, code: string][] = [
  ['passed over', 200, listing, 'InvalidRequest'],
  ['without', 404, none('ObjectLockConfigurationNotFoundError'), 'InvalidRequest'],
  ['with', 200, lock, ''],
]
for (const [what, status, body, code] of locked) {
  test(`retention in a bucket ${what} Object Lock`, async () => {
    reply({ 'GET /reports?object-lock': [status, body] })
    const call = { method: 'PUT', target: '/reports/a?retention', body: '<Retention/>' }
    expect(await send(call)).toMatchObject({ code })
    expect(arrived.some((line) => line.startsWith('PUT'))).toBe(code === '')
  })
}

test('what is answered to a question about a subresource is that, and no list of keys', async () => {
  for (const target of ['?cors', '?accelerate', '?metrics', '?lifecycle', '?object-lock']) {
    reply({ [`GET /reports${target}`]: [200, listing] })
    const { status, text } = await send({ target: `/reports${target}` })
    expect([status, text.includes('secret')]).toEqual([200, false])
  }
})

test('what no backend is known to have, is not handed on', async () => {
  for (const [method, name] of [
    ['DELETE', 'annotation&annotationName=a'],
    ['GET', 'annotation&annotationName=a'],
    ['GET', 'torrent'],
  ] as const) {
    const refused = await send({ method, target: `/reports/a?${name}` })
    expect([name, refused.code]).toEqual([name, 'NotImplemented'])
  }
  expect(arrived).toEqual([])
})

test('each is an operation of S3', () => {
  const { operations } = loadModel('s3')
  const unknown = Object.keys(s3SubresourceOperations).filter((name) => !operations.has(name))
  expect(unknown).toEqual([])
})
