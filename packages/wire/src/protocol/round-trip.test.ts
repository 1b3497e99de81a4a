import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as sts from '@aws-sdk/client-sts'
import { HttpResponse } from '@smithy/core/protocols'
import fc from 'fast-check'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { headersOf } from '../http.ts'
import type { HttpAnswer, HttpRequest } from '../http.ts'
import { loadModel } from '../model.ts'
import type { ModelledService } from '../model.ts'
import { valuesOf } from '../testing/values.ts'
import { protocolOf } from './protocols.ts'

// Goal: what AWS's own client writes we read, and what we write it reads, for every operation.
// Method: the SDK's client with a request handler of ours in place of the network: our reader must
// find the input it was given, and it must find the output, or the error, that our writer was given.

interface SdkRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | Uint8Array
}

/** Calls the handler in the place of the network. */
function handlerOf(answer: (request: HttpRequest) => HttpAnswer) {
  return {
    handle(request: SdkRequest) {
      const rawHeaders = Object.entries(request.headers).flat()
      const given = answer({
        method: request.method,
        target: request.path,
        rawHeaders,
        headers: headersOf(rawHeaders),
        body: Buffer.from(request.body ?? ''),
        secure: true,
        remoteAddress: '192.0.2.1',
      })
      const response = new HttpResponse({
        statusCode: given.status,
        headers: { ...given.headers },
        body: Readable.from([Buffer.from(given.body)]),
      })
      return Promise.resolve({ response })
    },
  }
}

const options = (answer: (request: HttpRequest) => HttpAnswer) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  maxAttempts: 1,
  requestHandler: handlerOf(answer),
})

type Send = (name: string, input: unknown) => Promise<Record<string, unknown>>

const clients: Record<ModelledService, (answer: (request: HttpRequest) => HttpAnswer) => Send> = {
  iam: (answer) => sender(new iam.IAMClient(options(answer) as object), iam),
  sts: (answer) => sender(new sts.STSClient(options(answer) as object), sts),
  organizations: (answer) =>
    sender(new organizations.OrganizationsClient(options(answer) as object), organizations),
}

function sender(client: object, commands: object): Send {
  const { send } = client as { send: (command: unknown) => Promise<Record<string, unknown>> }
  return async (name, input) => {
    const Command = (commands as Record<string, new (input: unknown) => unknown>)[`${name}Command`]
    if (Command === undefined) throw new Error(`The SDK has no ${name}`)
    return send.call(client, new Command(input))
  }
}

const ready = { requestId: '6b1b5c6e-0000-4000-8000-000000000000' }

for (const service of ['iam', 'sts', 'organizations'] as const) {
  const model = loadModel(service)
  const protocol = protocolOf(model)

  test(`${service}: every operation there and back through the AWS SDK`, async () => {
    for (const operation of model.operations.values()) {
      const inputs = operation.input ? valuesOf(operation.input, true) : fc.constant({})
      const outputs = operation.output ? valuesOf(operation.output, false) : fc.constant({})
      await fc.assert(
        fc.asyncProperty(inputs, outputs, async (input, output) => {
          let read: unknown
          const send = clients[service]((request) => {
            const opened = protocol.open(request)
            if (!opened.ok) throw new Error(opened.error.message)
            expect(opened.call.operationName).toBe(operation.name)
            if (protocol.name === 'awsQuery') expect(opened.call.version).toBe(model.apiVersion)
            else expect(opened.call.target).toBe(model.target)
            read = opened.call.readInput(model, operation)
            return protocol.writeOutput(model, operation, output, ready.requestId)
          })
          const answered = await send(operation.name, input)
          expect(read, operation.name).toEqual({ ok: true, input })
          delete answered.$metadata
          expect(answered, operation.name).toEqual(output)
        }),
        { numRuns: 4, seed: 20261124 },
      )
    }
  })

  test(`${service}: every error through the AWS SDK`, async () => {
    const [name] = model.operations.keys()
    for (const [code, error] of model.errors) {
      const message = `<${code}> & "more"`
      const send = clients[service](() =>
        protocol.writeError(model, { code, message }, ready.requestId),
      )
      const operation = [...model.operations.values()].find(({ errors }) => errors.includes(code))
      const thrown = await send(operation?.name ?? (name as string), {}).then(
        () => expect.unreachable(),
        (reason: unknown) => reason as Error & { $metadata: { httpStatusCode: number } },
      )
      expect(thrown.message, code).toBe(message)
      expect([error.shape.name, code]).toContain(thrown.name)
      const status = service === 'organizations' && error.status < 500 ? 400 : error.status
      expect(thrown.$metadata.httpStatusCode, code).toBe(status)
    }
  })
}
