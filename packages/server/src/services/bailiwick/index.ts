import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import { restricted } from '../session-restrictions.ts'
import { ExplainRequest } from './explain-request.ts'
import { GetInstanceMetadata } from './instance-metadata.ts'
import { GetServiceAccountToken } from './service-account.ts'
import {
  AdoptResources,
  ListAdoptableResources,
  ListDeliveries,
  ListResources,
  ReleaseResources,
} from './resources.ts'
import { GetServiceCredentials } from './service-credentials.ts'
import { AssumeRoleForService } from './service-role.ts'

const operations: readonly AnyOperation<Scope>[] = [
  AdoptResources,
  AssumeRoleForService,
  ExplainRequest,
  GetInstanceMetadata,
  GetServiceAccountToken,
  GetServiceCredentials,
  ListAdoptableResources,
  ListDeliveries,
  ListResources,
  ReleaseResources,
]

/** What AWS has no API for. */
export const bailiwickOperations: ReadonlyMap<string, AnyOperation<Scope>> = restricted(
  new Map(operations.map((operation) => [operation.name, operation])),
)
