/** The instances a call names, and what is checked of each. */
import type { Check } from '@bailiwick/gateway'
import type { ContextValue } from '@bailiwick/policy'
import type { Instance } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { resourceTagKeys } from '../tag-context-keys.ts'

/** How long a terminated instance is still shown. Source: EC2 User Guide, "Terminate": an hour or so. */
export const terminatedShownMs = 3_600_000

/** `arn:aws:ec2:us-east-1:111122223333:instance/i-…`. */
export function ec2Arn(
  { partition, region, accountId }: Pick<Scope, 'partition' | 'region' | 'accountId'>,
  resource: string,
): string {
  return `arn:${partition}:ec2:${region}:${accountId}:${resource}`
}

/** Whether an instance is in sight: in the region of the call, and not long gone. */
export function isInSight({ region, now }: Scope, instance: Instance): boolean {
  if (instance.region !== region) return false
  const goneMs = now.getTime() - instance.stateChangedAt.getTime()
  return instance.state !== 'terminated' || goneMs < terminatedShownMs
}

/** Every instance of the account: few, by the quota. */
export function allInstances(scope: Scope): Promise<readonly Instance[]> {
  const limit = scope.quota('InstancesPerAccount') * 2
  return scope.store.list('instance', scope.accountId, { limit })
}

export type FoundInstances = ReadonlyMap<string, Instance | undefined>

/** What is there of the instances named, by the ids as given. */
export async function findInstances(
  scope: Scope,
  instanceIds: readonly string[],
): Promise<FoundInstances> {
  const found = new Map<string, Instance | undefined>()
  for (const id of instanceIds) {
    const instance = await scope.store.find('instance', scope.accountId, id)
    found.set(id, instance && isInSight(scope, instance) ? instance : undefined)
  }
  return found
}

/**
 * The keys that describe an instance.
 * Source: Service Authorization Reference, Amazon EC2, resource type instance.
 */
export function instanceKeys(instance: Instance | undefined): Record<string, ContextValue> {
  if (instance === undefined) return {}
  const { metadataOptions: options } = instance
  const keys: Record<string, ContextValue> = {
    'ec2:InstanceID': instance.id,
    'ec2:InstanceType': instance.instanceType,
    'ec2:AvailabilityZone': instance.availabilityZone,
    'ec2:Tenancy': 'default',
    'ec2:RootDeviceType': 'ebs',
    'ec2:EbsOptimized': 'false',
    'ec2:MetadataHttpEndpoint': options.httpEndpoint,
    'ec2:MetadataHttpTokens': options.httpTokens,
    'ec2:MetadataHttpPutResponseHopLimit': String(options.hopLimit),
    'ec2:InstanceMetadataTags': options.instanceMetadataTags,
  }
  if (instance.profile) keys['ec2:InstanceProfile'] = instance.profile.profileArn
  return { ...keys, ...resourceTagKeys('ec2', instance.tags) }
}

/** The check of an operation on one instance; one that is not there has neither tags nor type. */
export function instanceCheck(
  scope: Scope,
  instanceId: string,
  instance: Instance | undefined,
  contextKeys?: Readonly<Record<string, ContextValue | undefined>>,
): Check {
  return {
    resourceArn: ec2Arn(scope, `instance/${instanceId}`),
    contextKeys: { 'ec2:Region': scope.region, ...instanceKeys(instance), ...contextKeys },
  }
}

/** One check for each instance named. */
export function instanceChecks(
  scope: Scope,
  found: FoundInstances,
  contextKeys?: Readonly<Record<string, ContextValue | undefined>>,
): readonly Check[] {
  return [...found].map(([id, instance]) => instanceCheck(scope, id, instance, contextKeys))
}

/** All of them. Errors: InvalidInstanceID.Malformed, InvalidInstanceID.NotFound. */
export function existingInstances(found: FoundInstances): readonly Instance[] {
  const malformed = [...found.keys()].find((id) => !/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) {
    throw new ApiError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  }
  const missing = [...found].filter(([, instance]) => !instance).map(([id]) => id)
  if (missing.length > 0) {
    const [noun, verb] = missing.length === 1 ? ['ID', 'does'] : ['IDs', 'do']
    const message = `The instance ${noun} '${missing.join(', ')}' ${verb} not exist`
    throw new ApiError('InvalidInstanceID.NotFound', message)
  }
  return [...found.values()].filter((instance) => instance !== undefined)
}
