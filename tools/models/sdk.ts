import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as sts from '@aws-sdk/client-sts'
import { createRequire } from 'node:module'
import type { NormalizedSchema } from '@smithy/core/schema'

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
  operations: { name: string; input: Schema; output: Schema }[]
  errors: Schema[]
}

interface ClientConfig {
  protocol: { getShapeId(): string }
  protocolSettings: {
    defaultNamespace: string
    xmlNamespace: string
    version: string
    serviceTarget: string
  }
  serviceId: string
  defaultSigningName: string
}

/** The version of the SDK clients, which must all be the same. */
export function sdkVersion(): string {
  const require = createRequire(import.meta.url)
  const versions = ['iam', 'sts', 'organizations'].map(
    (name) => (require(`@aws-sdk/client-${name}/package.json`) as { version: string }).version,
  )
  if (new Set(versions).size !== 1) throw new Error(`Different SDK versions: ${versions.join()}`)
  return versions[0] as string
}

/** The services whose operations we handle ourselves. */
export function readSdk(): SdkService[] {
  const options = { region: 'us-east-1' }
  return [
    readService('iam', iam, new iam.IAMClient(options).config),
    readService('sts', sts, new sts.STSClient(options).config),
    readService(
      'organizations',
      organizations,
      new organizations.OrganizationsClient(options).config,
    ),
  ]
}

function readService(service: string, exported: object, clientConfig: object): SdkService {
  const config = clientConfig as ClientConfig
  const settings = config.protocolSettings
  const operations: SdkService['operations'] = []
  const errors: Schema[] = []
  // An operation is [9, namespace, name, traits, input, output], an error [-3, namespace, name, …].
  for (const [key, value] of Object.entries(exported)) {
    if (!key.endsWith('$') || !Array.isArray(value)) continue
    const [kind, namespace, name, , input, output] = value as [number, string, string, ...unknown[]]
    if (namespace !== settings.defaultNamespace) continue // The client's own base exception.
    if (kind === -3) errors.push(value as unknown as Schema)
    if (kind === 9) operations.push({ name, input: input as Schema, output: output as Schema })
  }
  return {
    facts: {
      service,
      serviceId: config.serviceId,
      protocol: config.protocol.getShapeId().replace(/^aws\.protocols#/, ''),
      apiVersion: settings.version,
      signingName: config.defaultSigningName,
      xmlNamespace: settings.xmlNamespace,
      target: settings.serviceTarget,
      shapeNamespace: settings.defaultNamespace,
    },
    operations,
    errors,
  }
}
