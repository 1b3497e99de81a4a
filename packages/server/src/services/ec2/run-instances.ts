/** ec2:RunInstances. Source: EC2 API Reference; Service Authorization Reference, Amazon EC2. */
import type { Check } from '@bailiwick/gateway'
import type { ContextValue } from '@bailiwick/policy'
import type { Ec2Operations } from '@bailiwick/wire'
import type { Instance, InstanceMetadataOptions, Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { writeOperation, type Scope, type WriteScope } from '../operation.ts'
import { requestTagKeys } from '../tag-context-keys.ts'
import {
  findProfile,
  newAssociation,
  newHexId,
  passRoleChecks,
  profileArn,
  type NamedProfile,
} from './instance-profile.ts'
import { allInstances, ec2Arn, terminatedShownMs } from './instance-set.ts'
import { reservationView } from './instance-views.ts'
import { newMetadataOptions } from './metadata-options.ts'
import { required } from './paging.ts'
import { mergedTags } from './tags.ts'
import { endDryRun, invalidParameter, refusal } from './words.ts'

type Input = Ec2Operations['RunInstances']['input']

interface Resolved {
  readonly named: NamedProfile | undefined
  /** Instances that an earlier call with the same client token made. */
  readonly earlier: readonly Instance[]
}

/** Instances of one call. Source: EC2 API Reference, MaxCount, default quota. */
const countMax = 500

const instanceTypeDefault = 'm1.small' // Source: EC2 API Reference, RunInstances, InstanceType.

export const RunInstances = writeOperation('ec2', 'RunInstances', {
  async resolve(input: Input, scope: Scope): Promise<Resolved> {
    const named = await findProfile(scope, input.IamInstanceProfile)
    return { named, earlier: await madeBefore(input, scope) }
  },

  authorize: (input, scope, { named }) => [
    ...launchChecks(input, scope, named),
    ...tagChecks(input, scope),
    ...passRoleChecks(scope, named),
  ],

  refusal,

  async handle(input, scope, { named, earlier }) {
    endDryRun(input)
    if (earlier.length > 0) return reservationView(sameAsBefore(input, earlier), 'pending')
    await forgetTerminated(scope)
    const instances = await newInstances(input, scope, named)
    for (const instance of instances) await scope.store.insert(instance)
    return reservationView(instances, 'pending')
  },
})

/**
 * What a launch touches: the instance, its image, and what it is put together from. What the call
 * does not name is asked for as a whole, which is chosen by us: there are no subnets to choose from.
 */
function launchChecks(input: Input, scope: Scope, named: NamedProfile | undefined): Check[] {
  const region: Record<string, ContextValue> = { 'ec2:Region': scope.region }
  const on = (resource: string, keys: Record<string, ContextValue | undefined> = {}) => ({
    resourceArn: ec2Arn(scope, resource),
    contextKeys: { ...region, ...keys },
  })
  const groups = [...(input.SecurityGroupIds ?? []), ...(input.SecurityGroups ?? [])]
  return [
    on('instance/*', {
      'ec2:InstanceType': input.InstanceType ?? instanceTypeDefault,
      'ec2:AvailabilityZone': zoneOf(input, scope),
      'ec2:Tenancy': 'default',
      'ec2:RootDeviceType': 'ebs',
      'ec2:EbsOptimized': String(input.EbsOptimized ?? false),
      'ec2:InstanceProfile': named?.profile && profileArn(scope, named.profile),
      ...metadataKeys(newMetadataOptions(input.MetadataOptions)),
      ...requestTagKeys(tagsFor('instance', input)),
    }),
    {
      resourceArn: ec2Arn({ ...scope, accountId: '' }, `image/${input.ImageId ?? '*'}`),
      contextKeys: { ...region, 'ec2:ImageID': input.ImageId, 'ec2:ImageType': 'machine' },
    },
    on('network-interface/*'),
    on('volume/*', requestTagKeys(tagsFor('volume', input))),
    on(`subnet/${input.SubnetId ?? '*'}`),
    ...(groups.length === 0 ? ['*'] : groups).map((group) => on(`security-group/${group}`)),
    ...(input.KeyName === undefined ? [] : [on(`key-pair/${input.KeyName}`)]),
  ]
}

function metadataKeys(options: InstanceMetadataOptions): Record<string, ContextValue> {
  return {
    'ec2:MetadataHttpEndpoint': options.httpEndpoint,
    'ec2:MetadataHttpTokens': options.httpTokens,
    'ec2:MetadataHttpPutResponseHopLimit': String(options.hopLimit),
  }
}

/** Tagging while launching is tagging. Source: EC2 User Guide, "Grant permission to tag". */
function tagChecks(input: Input, scope: Scope): Check[] {
  return (['instance', 'volume', 'network-interface'] as const).flatMap((type) => {
    const tags = tagsFor(type, input)
    if (tags.length === 0) return []
    const contextKeys = { ...requestTagKeys(tags), 'ec2:CreateAction': 'RunInstances' }
    const resourceArn = ec2Arn(scope, `${type}/*`)
    return [{ action: 'ec2:CreateTags', resourceArn, contextKeys }]
  })
}

function tagsFor(type: string, { TagSpecifications }: Input): readonly Tag[] {
  const specifications = (TagSpecifications ?? []).filter(
    ({ ResourceType }) => ResourceType === type,
  )
  return specifications.flatMap(({ Tags }) =>
    (Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value })),
  )
}

function zoneOf({ Placement }: Input, { region }: Scope): string {
  return Placement?.AvailabilityZone ?? `${region}a`
}

async function madeBefore({ ClientToken }: Input, scope: Scope): Promise<readonly Instance[]> {
  if (ClientToken === undefined) return []
  const all = await allInstances(scope)
  return all.filter(
    ({ clientToken, region }) => clientToken === ClientToken && region === scope.region,
  )
}

/** Errors: IdempotentParameterMismatch where the token was used for something else. */
function sameAsBefore(input: Input, earlier: readonly Instance[]): readonly Instance[] {
  const [first] = earlier
  const isSame =
    first?.imageId === input.ImageId &&
    first?.instanceType === (input.InstanceType ?? instanceTypeDefault) &&
    earlier.length >= input.MinCount &&
    earlier.length <= input.MaxCount
  if (isSame) return earlier
  const message =
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).'
  throw new ApiError('IdempotentParameterMismatch', message)
}

/** Terminated instances that are no longer shown go when new ones come. */
async function forgetTerminated(scope: WriteScope): Promise<void> {
  const { now, store } = scope
  for (const { id, state, stateChangedAt } of await allInstances(scope)) {
    const isLongGone = now.getTime() - stateChangedAt.getTime() >= terminatedShownMs
    if (state === 'terminated' && isLongGone) await store.remove('instance', id)
  }
}

/** Errors: MissingParameter, InvalidParameterValue, InvalidAMIID.Malformed, InstanceLimitExceeded. */
async function newInstances(
  input: Input,
  scope: WriteScope,
  named: NamedProfile | undefined,
): Promise<readonly Instance[]> {
  const { accountId, now, region, store } = scope
  const imageId = required(input.ImageId, 'ImageId')
  if (!/^ami-[0-9a-z]{1,64}$/.test(imageId)) {
    throw new ApiError('InvalidAMIID.Malformed', `Invalid id: "${imageId}"`)
  }
  const count = input.MaxCount
  if (input.MinCount < 1 || input.MinCount > count || count > countMax) {
    throw invalidParameter(
      String(input.MinCount),
      'minCount',
      `It must be 1 to maxCount, ${countMax} at most.`,
    )
  }
  const quota = scope.quota('InstancesPerAccount')
  if ((await store.count('instance', accountId)) + count > quota) {
    const message = `You have requested more instances (${count}) than your current limit of ${quota} allows.`
    throw new ApiError('InstanceLimitExceeded', message)
  }
  const tags = mergedTags([], tagsFor('instance', input))
  const reservationId = `r-${newHexId(scope)}`
  return Array.from({ length: count }, (_, launchIndex): Instance => {
    const id = `i-${newHexId(scope)}`
    return {
      kind: 'instance',
      accountId,
      id,
      name: id,
      path: '/',
      createdAt: now,
      tags,
      region,
      availabilityZone: zoneOf(input, scope),
      state: 'running',
      stateChangedAt: now,
      launchedAt: now,
      imageId,
      instanceType: input.InstanceType ?? instanceTypeDefault,
      reservationId,
      launchIndex,
      privateIpAddress: addressOf(input, scope),
      ...(input.KeyName !== undefined && { keyName: input.KeyName }),
      ...(input.SubnetId !== undefined && { subnetId: input.SubnetId }),
      ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
      metadataOptions: newMetadataOptions(input.MetadataOptions),
      ...(named && newAssociation(scope, named)),
    }
  })
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/

/** As asked for, of one instance; the metadata service knows an instance by it. */
function addressOf({ PrivateIpAddress, MaxCount }: Input, scope: WriteScope): string {
  if (PrivateIpAddress === undefined) return newPrivateAddress(scope)
  if (!ipv4.test(PrivateIpAddress) || MaxCount > 1) {
    throw invalidParameter(
      PrivateIpAddress,
      'privateIpAddress',
      'It is one IPv4 address, of one instance.',
    )
  }
  return PrivateIpAddress
}

/** Of the default VPC's range; nothing is reachable there. */
function newPrivateAddress({ randomBytes }: WriteScope): string {
  const [third = 0, fourth = 0] = randomBytes(2)
  return `172.31.${String(third)}.${String((fourth % 254) + 1)}`
}
