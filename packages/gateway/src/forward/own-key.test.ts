import { Readable } from 'node:stream'
import { loadModel, protocolNamed } from '@bailiwick/wire'
import type { ForwardedService, ProtocolName } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { BackendError } from './backend-error.ts'
import type { BackendAnswer } from './exchange.ts'
import { OwnKey, refusalWordsMax } from './own-key.ts'

// Goal: what a backend says of the gate's own key is never taken for what it says of the client's.
// Method: errors as the service writes them, in each protocol that is forwarded.
function answerOf(
  service: ForwardedService,
  protocol: ProtocolName,
  code: string,
  status: number,
  message = 'no',
): BackendAnswer {
  const model = loadModel(service)
  const { headers, body } = protocolNamed(protocol).writeError(model, { code, message }, 'theirs')
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
  return { status, headers: Object.fromEntries(lower), body: Readable.from([Buffer.from(body)]) }
}

function openKey() {
  const changes: (string | undefined)[] = []
  return { changes, key: new OwnKey((refusal) => changes.push(refusal)) }
}

// Source: the error codes of real services and of emulators that check signatures.
const rows: readonly [
  service: ForwardedService,
  protocol: ProtocolName,
  code: string,
  status: number,
][] = [
  ['s3', 'restXml', 'InvalidAccessKeyId', 403],
  ['s3', 'restXml', 'SignatureDoesNotMatch', 403],
  ['s3', 'restXml', 'RequestTimeTooSkewed', 403],
  ['s3', 'restXml', 'ExpiredToken', 400],
  ['s3', 'restXml', 'AuthorizationHeaderMalformed', 400],
  ['sns', 'awsQuery', 'InvalidClientTokenId', 403],
  ['sqs', 'awsQuery', 'SignatureDoesNotMatch', 403],
  ['sqs', 'awsJson1_0', 'UnrecognizedClientException', 400],
  ['dynamodb', 'awsJson1_0', 'InvalidSignatureException', 400],
  ['kms', 'awsJson1_1', 'ExpiredTokenException', 400],
  ['lambda', 'restJson1', 'UnrecognizedClientException', 403],
  ['cloudwatch', 'rpcV2Cbor', 'MissingAuthenticationTokenException', 400],
]

for (const [service, protocol, code, status] of rows) {
  test(`${service} in ${protocol} refuses the key: ${code}`, async () => {
    const { key, changes } = openKey()
    const heard = key.heard(answerOf(service, protocol, code, status), protocol)
    await expect(heard).rejects.toMatchObject({ name: 'BackendError', failure: 'key' })
    expect(changes).toEqual([`${code}: no`])
    expect(key.isRefused).toBe(true)
  })
}

const passed: readonly [
  service: ForwardedService,
  protocol: ProtocolName,
  code: string,
  status: number,
][] = [
  ['s3', 'restXml', 'AccessDenied', 403],
  ['s3', 'restXml', 'BadDigest', 400],
  ['sqs', 'awsJson1_0', 'InvalidMessageContents', 400],
  ['lambda', 'restJson1', 'ResourceNotFoundException', 404],
]

for (const [service, protocol, code, status] of passed) {
  test(`${service} refuses the request: ${code} is passed on whole`, async () => {
    const { key, changes } = openKey()
    const { body } = await key.heard(answerOf(service, protocol, code, status), protocol)
    const pieces = (await body.toArray()) as Buffer[]
    const { body: expected } = answerOf(service, protocol, code, status)
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat((await expected.toArray()) as Buffer[]))
    expect(changes).toEqual([])
  })
}

const bare = (status: number): BackendAnswer => ({ status, headers: {}, body: Readable.from([]) })

test('each change is told once, and what HEAD is told goes with it', async () => {
  const { key, changes } = openKey()
  const refuse = (code: string) => key.heard(answerOf('s3', 'restXml', code, 403), 'restXml')
  expect((await key.heard(bare(403), 'restXml')).status).toBe(403)
  await expect(refuse('InvalidAccessKeyId')).rejects.toThrow(BackendError)
  await expect(refuse('InvalidAccessKeyId')).rejects.toThrow(BackendError)
  await expect(key.heard(bare(403), 'restXml')).rejects.toThrow(BackendError)
  expect((await key.heard(bare(400), 'restXml')).status).toBe(400)
  expect((await key.heard(bare(500), 'restXml')).status).toBe(500)
  await expect(refuse('SignatureDoesNotMatch')).rejects.toThrow(BackendError)
  expect((await key.heard(bare(200), 'restXml')).status).toBe(200)
  expect(changes).toEqual(['InvalidAccessKeyId: no', 'SignatureDoesNotMatch: no', undefined])
})

for (const length of [refusalWordsMax, refusalWordsMax + 1]) {
  test(`${String(length)} characters of a refusal: ${String(refusalWordsMax)} are told`, async () => {
    const { key, changes } = openKey()
    const message = 'a'.repeat(length - 'ExpiredToken: '.length)
    const answer = answerOf('s3', 'restXml', 'ExpiredToken', 400, message)
    await expect(key.heard(answer, 'restXml')).rejects.toThrow(BackendError)
    expect(changes[0]).toHaveLength(refusalWordsMax)
  })
}
