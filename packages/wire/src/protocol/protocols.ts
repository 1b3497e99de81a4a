import type { ProtocolName, ServiceModel } from '../model.ts'
import { rpcV2Cbor } from './cbor/rpc-v2-cbor.ts'
import { awsJson1_0, awsJson1_1 } from './json/aws-json.ts'
import type { Protocol } from './protocol.ts'
import { awsQuery } from './query/aws-query.ts'
import { ec2Query } from './query/ec2-query.ts'
import { restJson1 } from './rest/rest-json.ts'
import { restXml } from './rest/rest-xml.ts'

const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  awsQuery,
  ec2Query,
  awsJson1_0,
  awsJson1_1,
  rpcV2Cbor,
  restXml,
  restJson1,
}

/** The protocol of that name. */
export function protocolNamed(name: ProtocolName): Protocol {
  return protocols[name]
}

/** The protocol that a service's model names first. */
export function protocolOf(model: ServiceModel): Protocol {
  return protocols[model.protocol]
}
