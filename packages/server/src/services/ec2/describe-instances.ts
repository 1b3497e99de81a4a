/** What there is. Source: EC2 API Reference, DescribeInstances and DescribeInstanceStatus. */
import type { Instance } from '../../domain/entity.ts'
import { privateDnsName } from '../../domain/instance.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, type Scope } from '../operation.ts'
import { filterOf, type FilterFields } from './filters.ts'
import { allInstances, existingInstances, findInstances, isInSight } from './instance-set.ts'
import { instanceView, reservationView, stateView } from './instance-views.ts'
import { pageOf } from './paging.ts'
import { endDryRun, refusal } from './words.ts'

const fields: FilterFields<Instance> = {
  'availability-zone': ({ availabilityZone }) => availabilityZone,
  architecture: () => 'x86_64',
  'client-token': ({ clientToken }) => clientToken ?? [],
  'iam-instance-profile.arn': ({ profile }) => profile?.profileArn ?? [],
  'iam-instance-profile.id': ({ profile }) => profile?.profileId ?? [],
  'iam-instance-profile.name': ({ profile }) => profile?.profileArn.split('/').at(-1) ?? [],
  'image-id': ({ imageId }) => imageId,
  'instance-id': ({ id }) => id,
  'instance-state-code': ({ state }) => String(stateView(state).Code),
  'instance-state-name': ({ state }) => state,
  'instance-type': ({ instanceType }) => instanceType,
  'key-name': ({ keyName }) => keyName ?? [],
  'launch-index': ({ launchIndex }) => String(launchIndex),
  'launch-time': ({ launchedAt }) => launchedAt.toISOString(),
  'metadata-options.http-endpoint': ({ metadataOptions }) => metadataOptions.httpEndpoint,
  'metadata-options.http-tokens': ({ metadataOptions }) => metadataOptions.httpTokens,
  'metadata-options.http-put-response-hop-limit': ({ metadataOptions }) =>
    String(metadataOptions.hopLimit),
  'owner-id': ({ accountId }) => accountId,
  'private-dns-name': privateDnsName,
  'private-ip-address': ({ privateIpAddress }) => privateIpAddress,
  'reservation-id': ({ reservationId }) => reservationId,
  'root-device-type': () => 'ebs',
  'subnet-id': ({ subnetId }) => subnetId ?? [],
  tenancy: () => 'default',
}

interface Selection {
  readonly InstanceIds?: readonly string[] | undefined
  readonly Filters?: Parameters<typeof filterOf>[0]
  readonly MaxResults?: number | undefined
}

/** In the order of ids. Errors: those of ids and filters; InvalidParameterCombination. */
async function selected(
  scope: Scope,
  { InstanceIds, Filters, MaxResults }: Selection,
): Promise<readonly Instance[]> {
  if (InstanceIds !== undefined && InstanceIds.length > 0 && MaxResults !== undefined) {
    const message = 'The parameter instancesSet cannot be used with the parameter maxResults.'
    throw new ApiError('InvalidParameterCombination', message)
  }
  const named = InstanceIds !== undefined && InstanceIds.length > 0
  const all = named
    ? existingInstances(await findInstances(scope, InstanceIds))
    : (await allInstances(scope)).filter((instance) => isInSight(scope, instance))
  return all.filter(filterOf(Filters, fields)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** No instance is named to policies: a caller sees all of its account's or none. */
const everything = { authorize: () => ({ resourceArn: '*' }), refusal }

/** ec2:DescribeInstances: pages are of instances, as AWS counts them. */
export const DescribeInstances = readOperation('ec2', 'DescribeInstances', {
  ...everything,
  async handle(input, scope) {
    endDryRun(input)
    const { items, NextToken } = pageOf(input, await selected(scope, input), ({ id }) => id)
    const reservationIds = [...new Set(items.map(({ reservationId }) => reservationId))]
    return {
      Reservations: reservationIds.map((id) =>
        reservationView(
          items
            .filter(({ reservationId }) => reservationId === id)
            .toSorted((a, b) => a.launchIndex - b.launchIndex),
        ),
      ),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})

const healthy = { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] } as const

/** ec2:DescribeInstanceStatus: those that run are in order; there is nothing that could fail. */
export const DescribeInstanceStatus = readOperation('ec2', 'DescribeInstanceStatus', {
  ...everything,
  async handle(input, scope) {
    endDryRun(input)
    const all = await selected(scope, input)
    const shown = input.IncludeAllInstances ? all : all.filter(({ state }) => state === 'running')
    const { items, NextToken } = pageOf(input, shown, ({ id }) => id)
    const notRunning = { Status: 'not-applicable' } as const
    return {
      InstanceStatuses: items.map((instance) => ({
        AvailabilityZone: instance.availabilityZone,
        InstanceId: instance.id,
        InstanceState: instanceView(instance).State,
        InstanceStatus: instance.state === 'running' ? healthy : notRunning,
        SystemStatus: instance.state === 'running' ? healthy : notRunning,
      })),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})
