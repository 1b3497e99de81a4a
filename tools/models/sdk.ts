import { createRequire } from 'node:module'
import type { NormalizedSchema } from '@smithy/core/schema'
import { modelledServices, type ModelledService } from './services.ts'

type Schema = Parameters<typeof NormalizedSchema.of>[0]

/** One service as the AWS SDK for JavaScript knows it. */
export interface SdkService {
  facts: {
    service: string
    serviceId: string
    protocol: string
    apiVersion: string
    signingName: string
    xmlNamespace: string
    target: string
    shapeNamespace: string
  }
  /** Protocols its endpoints still answer, besides the client's own. */
  alsoSpeaks: string[]
  /** `@aws-sdk/client-s3 3.1169.0`. */
  client: string
  operations: { name: string; input: Schema; output: Schema; http?: [string, string, number] }[]
  errors: Schema[]
}

interface Client {
  readonly config: ClientConfig
}

interface ClientConfig {
  protocol: { getShapeId(): string }
  protocolSettings: {
    defaultNamespace: string
    xmlNamespace?: string
    version: string
    serviceTarget: string
    awsQueryCompatible?: boolean
  }
  serviceId: string
  defaultSigningName: string
}

const require = createRequire(import.meta.url)

/** The services of `services.ts`, from the clients that are installed. */
export function readSdk(): Promise<SdkService[]> {
  return Promise.all(
    modelledServices.map(async (modelled) => {
      const name = `@aws-sdk/client-${modelled.sdk}`
      const { version } = require(`${name}/package.json`) as { version: string }
      const exported = (await import(name)) as Record<string, new (options: object) => Client>
      const Client = exported[modelled.client]
      if (Client === undefined) throw new Error(`${name} has no ${modelled.client}`)
      const { config } = new Client({ region: 'us-east-1' })
      return readService(modelled, `${name} ${version}`, exported, config)
    }),
  )
}

function readService(
  { service, operations: wanted, omitted }: ModelledService,
  client: string,
  exported: object,
  config: ClientConfig,
): SdkService {
  const settings = config.protocolSettings
  const operations: SdkService['operations'] = []
  const errors: Schema[] = []
  // An operation is [9, namespace, name, traits, input, output], an error [-3, namespace, name, …].
  for (const [key, value] of Object.entries(exported)) {
    if (!key.endsWith('$') || !Array.isArray(value)) continue
    const [kind, namespace, name, traits, input, output] = value as [
      number,
      string,
      string,
      ...unknown[],
    ]
    if (namespace !== settings.defaultNamespace) continue // The client's own base exception.
    if (kind === -3) errors.push(value as unknown as Schema)
    const isWanted = wanted?.includes(name) ?? !omitted?.includes(name)
    if (kind !== 9 || !isWanted) continue
    const { http } = traits as { http?: [string, string, number] }
    operations.push({
      name,
      input: input as Schema,
      output: output as Schema,
      ...(http !== undefined && { http }),
    })
  }
  return {
    facts: {
      service,
      serviceId: config.serviceId,
      protocol: config.protocol.getShapeId().replace(/^aws\.protocols#/, ''),
      apiVersion: settings.version,
      signingName: config.defaultSigningName,
      // Of SQS's Query protocol, which its clients no longer speak, the SDK knows no namespace.
      xmlNamespace:
        settings.xmlNamespace ??
        (settings.awsQueryCompatible ? `http://queue.amazonaws.com/doc/${settings.version}/` : ''),
      target: settings.serviceTarget,
      shapeNamespace: settings.defaultNamespace,
    },
    alsoSpeaks: settings.awsQueryCompatible ? ['awsQuery'] : [],
    client,
    operations,
    errors,
  }
}
