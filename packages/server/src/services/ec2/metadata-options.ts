/** ec2:ModifyInstanceMetadataOptions, and what a new instance has. */
import type { Ec2Operations } from '@bailiwick/wire'
import type { Instance, InstanceMetadataOptions } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { writeOperation } from '../operation.ts'
import { existingInstances, findInstances, instanceChecks } from './instance-set.ts'
import { metadataOptionsView } from './instance-views.ts'
import { endDryRun, invalidParameter, refusal } from './words.ts'

type Wanted = Pick<
  Ec2Operations['ModifyInstanceMetadataOptions']['input'],
  'HttpEndpoint' | 'HttpTokens' | 'HttpPutResponseHopLimit' | 'InstanceMetadataTags'
>

/** IMDSv2 alone, one hop: what AWS sets for new instance types; chosen by us for all. */
const defaults: InstanceMetadataOptions = {
  httpEndpoint: 'enabled',
  httpTokens: 'required',
  hopLimit: 1,
  instanceMetadataTags: 'disabled',
}

/** Source: EC2 API Reference, HttpPutResponseHopLimit. */
const hopLimitMax = 64

export function newMetadataOptions(wanted: Wanted | undefined): InstanceMetadataOptions {
  return changedOptions(defaults, wanted ?? {})
}

/** Errors: InvalidParameterValue. */
function changedOptions(before: InstanceMetadataOptions, wanted: Wanted): InstanceMetadataOptions {
  const hopLimit = wanted.HttpPutResponseHopLimit ?? before.hopLimit
  if (hopLimit < 1 || hopLimit > hopLimitMax) {
    const why = `Valid values: 1 to ${hopLimitMax}.`
    throw invalidParameter(String(hopLimit), 'HttpPutResponseHopLimit', why)
  }
  return {
    httpEndpoint: wanted.HttpEndpoint ?? before.httpEndpoint,
    httpTokens: wanted.HttpTokens ?? before.httpTokens,
    hopLimit,
    instanceMetadataTags: wanted.InstanceMetadataTags ?? before.instanceMetadataTags,
  }
}

/** ec2:ModifyInstanceMetadataOptions: what is left out stays as it is. */
export const ModifyInstanceMetadataOptions = writeOperation(
  'ec2',
  'ModifyInstanceMetadataOptions',
  {
    resolve: ({ InstanceId }, scope) => findInstances(scope, [InstanceId]),

    authorize: (input, scope, found) =>
      instanceChecks(scope, found, {
        'ec2:Attribute/HttpTokens': input.HttpTokens,
        'ec2:Attribute/HttpEndpoint': input.HttpEndpoint,
        'ec2:Attribute/HttpPutResponseHopLimit': input.HttpPutResponseHopLimit?.toString(),
        'ec2:Attribute/InstanceMetadataTags': input.InstanceMetadataTags,
      }),

    refusal,

    async handle(input, { store }, found) {
      endDryRun(input)
      const [instance] = existingInstances(found)
      if (instance === undefined) throw new Error('one instance is named')
      assertNotTerminated(instance)
      const metadataOptions = changedOptions(instance.metadataOptions, input)
      await store.update({ ...instance, metadataOptions })
      return {
        InstanceId: instance.id,
        InstanceMetadataOptions: metadataOptionsView(metadataOptions),
      }
    },
  },
)

/** Errors: IncorrectInstanceState. */
export function assertNotTerminated({ id, state }: Instance): void {
  if (state !== 'terminated') return
  const message = `The instance '${id}' is not in a state from which it can be changed: terminated.`
  throw new ApiError('IncorrectInstanceState', message)
}
