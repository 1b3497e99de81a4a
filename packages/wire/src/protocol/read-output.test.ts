import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readServices } from '../../models/read-model.ts'
import type { HttpAnswer } from '../http.ts'
import { loadModel, type ModelledService } from '../load-model.ts'
import type { OperationModel, ProtocolName } from '../model.ts'
import { valuesOf } from '../testing/values.ts'
import { protocolNamed } from './protocols.ts'
import { readErrorCode, readErrorMessage, readOutput, type ReceivedAnswer } from './read-output.ts'

// Goal: what we answer as a server, we read as a client, for every operation in every protocol its
// service speaks. The writer is held against AWS's own client in round-trip.test.ts.
function received({ status, headers, body }: HttpAnswer): ReceivedAnswer {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { status, headers: Object.fromEntries(lower) as Record<string, string>, body: bytes(body) }
}

function bytes(body: string | Uint8Array): Uint8Array {
  return new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body)
}

/** A status is no member that the writer is given, and streams are not read. */
function outputsOf({ output }: OperationModel, protocol: ProtocolName) {
  if (output === undefined) return fc.constant({})
  const empty = protocol === 'awsJson1_0' || protocol === 'awsJson1_1' || protocol === 'rpcV2Cbor'
  const members = output.members.filter((member) => !member.streaming && !member.httpResponseCode)
  return valuesOf({ ...output, members }, { valid: false, empty }).map((value) => {
    const given = value as Record<string, unknown>
    for (const { name, httpHeader, httpPrefixHeaders } of members) {
      const held = given[name]
      if (httpHeader !== undefined && typeof held === 'string') given[name] = held.trim() || 'x'
      if (httpPrefixHeaders === undefined || held === undefined) continue
      const entries = Object.entries(held as Record<string, string>)
      given[name] = Object.fromEntries(entries.map(([key, text]) => [key.toLowerCase(), text]))
    }
    return given
  })
}

const services = readServices.filter(
  (service): service is Exclude<typeof service, 'ec2'> => service !== 'ec2',
)

for (const service of ['iam', 'sts', ...services] satisfies ModelledService[]) {
  const model = loadModel(service)
  for (const protocol of [model.protocol, ...model.alsoSpeaks]) {
    test(`${service} in ${protocol}: every output is read as it was written`, () => {
      for (const operation of model.operations.values()) {
        const status = operation.output?.members.find(({ httpResponseCode }) => httpResponseCode)
        fc.assert(
          fc.property(outputsOf(operation, protocol), (output) => {
            const { writeOutput } = protocolNamed(protocol)
            const answer = received(writeOutput(model, operation, output, 'id'))
            const { [status?.name ?? '']: _, ...read } =
              readOutput(operation, protocol, answer) ?? {}
            expect(read, operation.name).toEqual(output)
          }),
          { numRuns: 3, seed: 20261124 },
        )
      }
    })

    test(`${service} in ${protocol}: the code of every error is read as it was written`, () => {
      for (const [code] of model.errors) {
        const { writeError } = protocolNamed(protocol)
        const answer = received(writeError(model, { code, message: 'no' }, 'id'))
        const name = model.errors.get(code)?.shape.name
        expect([code, name]).toContain(readErrorCode(protocol, answer))
        expect(readErrorMessage(protocol, answer)).toBe('no')
      }
    })
  }
}

test('whatever a backend sends makes no reader throw', () => {
  const s3 = loadModel('s3')
  const operation = s3.operations.get('ListObjectsV2') as OperationModel
  const protocols = ['restXml', 'restJson1', 'awsQuery', 'awsJson1_0', 'rpcV2Cbor'] as const
  const soup = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom('<a>', '<a/>', '{', '[]', 'null', '{"Contents":1}', '<a><Contents>').map(bytes),
  )
  fc.assert(
    fc.property(soup, fc.constantFrom(...protocols), (body, protocol) => {
      const answer = { status: 200, headers: {}, body }
      readOutput(operation, protocol, answer)
      readErrorCode(protocol, answer)
      readErrorMessage(protocol, answer)
    }),
  )
})
