import type { ProtocolName, ServiceModel } from '../model.ts'
import { awsJson1_1 } from './json/aws-json.ts'
import type { Protocol } from './protocol.ts'
import { awsQuery } from './query/aws-query.ts'

const protocols: Readonly<Record<ProtocolName, Protocol>> = { awsQuery, awsJson1_1 }

/** The protocol that a service's model names. */
export function protocolOf(model: ServiceModel): Protocol {
  return protocols[model.protocol]
}
