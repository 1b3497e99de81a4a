import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readServices } from '../../models/read-model.ts'
import { headersOf, type HttpRequest } from '../http.ts'
import { loadModel, type ModelledService } from '../load-model.ts'
import type { OperationModel, ProtocolName, ServiceModel } from '../model.ts'
import { valuesOf } from '../testing/values.ts'
import { protocolNamed } from './protocols.ts'
import { openRest } from './rest/rest.ts'
import { xmlBody } from './rest/rest-xml.ts'
import { writeRequest, type WrittenRequest } from './write-request.ts'

// Goal: what we write as a client, we read as a server, for every operation in every protocol its
// service speaks. The reader is held against AWS's own client in round-trip.test.ts.
const bucket = 'my-bucket'

function requestOf(written: WrittenRequest): HttpRequest {
  const rawHeaders = ['Host', '127.0.0.1', ...written.headers.flat()]
  return {
    ...written,
    rawHeaders,
    headers: headersOf(rawHeaders),
    secure: true,
    remoteAddress: '192.0.2.1',
  }
}

function open(model: ServiceModel, protocol: ProtocolName, request: HttpRequest) {
  if (model.service !== 's3') return protocolNamed(protocol).open(request, model)
  const [, first = '', path = ''] = /^\/([^/?]*)([^?]*)/.exec(request.target) ?? []
  const labels = first === bucket ? { Bucket: first } : undefined
  return openRest(model, request, xmlBody, {
    path: labels === undefined ? `/${first}${path}` : path || '/',
    labels: labels ?? {},
  })
}

/** What is written anew, or not at all. */
const dropped = /^ContentMD5$|^ContentLength$|^ChecksumAlgorithm$/

function inputsOf({ input }: OperationModel, protocol: ProtocolName) {
  if (input === undefined) return fc.constant({})
  const empty = protocol !== 'restXml' && protocol !== 'restJson1'
  const members = input.members.filter(({ streaming, name }) => !streaming && !dropped.test(name))
  return valuesOf({ ...input, members }, { valid: true, empty }).map((value) => {
    const given = value as Record<string, unknown>
    if (Object.hasOwn(given, 'Bucket')) given['Bucket'] = bucket
    for (const { name, httpHeader, httpPrefixHeaders } of members) {
      const held = given[name]
      if (httpHeader !== undefined && typeof held === 'string') given[name] = held.trim() || 'x'
      if (httpHeader !== undefined && Array.isArray(held)) {
        given[name] = held.map((each: unknown) =>
          typeof each === 'string' ? each.trim() || 'x' : each,
        )
      }
      if (httpPrefixHeaders === undefined || held === undefined) continue
      // Names of headers are not told apart by case, and their values are trimmed elsewhere.
      const entries = Object.entries(held as Record<string, string>)
      given[name] = Object.fromEntries(entries.map(([key, text]) => [key.toLowerCase(), text]))
    }
    return given
  })
}

/** Query has no words for an empty structure, and one name for two members of ReceiveMessage. */
function isSayable(input: object): boolean {
  return !/[^^]{}/.test(JSON.stringify(input))
}

const services = readServices.filter(
  (service): service is Exclude<typeof service, 'ec2'> => service !== 'ec2',
)

for (const service of ['iam', 'sts', ...services] satisfies ModelledService[]) {
  const model = loadModel(service)
  for (const protocol of [model.protocol, ...model.alsoSpeaks]) {
    test(`${service} in ${protocol}: every operation is read as it was written`, () => {
      for (const operation of model.operations.values()) {
        if (protocol === 'awsQuery' && operation.name === 'ReceiveMessage') continue
        fc.assert(
          fc.property(inputsOf(operation, protocol), (input) => {
            fc.pre(protocol !== 'awsQuery' || isSayable(input))
            const written = writeRequest(model, operation, protocol, input)
            const opened = open(model, protocol, requestOf(written))
            if (!opened.ok) throw new Error(`${operation.name}: ${opened.error.message}`)
            expect(opened.call.operationName, written.target).toBe(operation.name)
            const read = opened.call.readInput(model, operation)
            const found = read.ok
              ? Object.fromEntries(Object.entries(read.input).filter(([key]) => !dropped.test(key)))
              : read
            for (const { name, streaming } of operation.input?.members ?? []) {
              if (streaming) Reflect.deleteProperty(found, name)
            }
            expect(found, operation.name).toEqual(input)
          }),
          { numRuns: 3, seed: 20261124 },
        )
      }
    })
  }
}
