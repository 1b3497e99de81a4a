/**
 * Starting, stopping, rebooting and terminating. A change is made at once; the answer tells the
 * state that AWS would pass through, which is chosen by us.
 * Source: EC2 API Reference, StartInstances and its kin.
 */
import type { Instance, InstanceState } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { writeOperation, type Scope, type WriteScope } from '../operation.ts'
import {
  existingInstances,
  findInstances,
  instanceChecks,
  type FoundInstances,
} from './instance-set.ts'
import { stateView } from './instance-views.ts'
import { endDryRun, refusal } from './words.ts'

interface Named {
  readonly InstanceIds: readonly string[]
  readonly DryRun?: boolean | undefined
}

const ofInstances = {
  resolve: ({ InstanceIds }: Named, scope: Scope) => findInstances(scope, InstanceIds),
  authorize: (_input: Named, scope: Scope, found: FoundInstances) => instanceChecks(scope, found),
  refusal,
}

interface Transition {
  readonly to: InstanceState
  /** What is shown on the way. */
  readonly through: 'pending' | 'stopping' | 'shutting-down'
  /** Words of the refusal: `started`. Absent: from any state. */
  readonly participle?: string
}

/** Errors: IncorrectInstanceState for one that is terminated. */
async function move({ store, now }: WriteScope, found: FoundInstances, transition: Transition) {
  const instances = existingInstances(found)
  const { to, through, participle } = transition
  const gone = instances.find(({ state }) => state === 'terminated')
  if (gone !== undefined && participle !== undefined) {
    const message = `The instance '${gone.id}' is not in a state from which it can be ${participle}.`
    throw new ApiError('IncorrectInstanceState', message)
  }
  for (const instance of instances) {
    if (instance.state !== to) await store.update(moved(instance, to, now))
  }
  return instances.map(({ id, state }) => ({
    InstanceId: id,
    PreviousState: stateView(state),
    CurrentState: stateView(state === to ? state : through),
  }))
}

function moved(instance: Instance, state: InstanceState, now: Date): Instance {
  const change = { state, stateChangedAt: now }
  if (state === 'running') return { ...instance, ...change, launchedAt: now }
  if (state === 'stopped') return { ...instance, ...change }
  // A terminated instance holds no role any more.
  const { profile: _profile, profileAssociatedAt: _at, ...rest } = instance
  return { ...rest, ...change }
}

/** ec2:StartInstances. */
export const StartInstances = writeOperation('ec2', 'StartInstances', {
  ...ofInstances,
  async handle(input, scope, found) {
    endDryRun(input)
    const start = { to: 'running', through: 'pending', participle: 'started' } as const
    return { StartingInstances: await move(scope, found, start) }
  },
})

/** ec2:StopInstances. */
export const StopInstances = writeOperation('ec2', 'StopInstances', {
  ...ofInstances,
  async handle(input, scope, found) {
    endDryRun(input)
    const stop = { to: 'stopped', through: 'stopping', participle: 'stopped' } as const
    return { StoppingInstances: await move(scope, found, stop) }
  },
})

/** ec2:TerminateInstances. */
export const TerminateInstances = writeOperation('ec2', 'TerminateInstances', {
  ...ofInstances,
  async handle(input, scope, found) {
    endDryRun(input)
    const end = { to: 'terminated', through: 'shutting-down' } as const
    return { TerminatingInstances: await move(scope, found, end) }
  },
})

/** ec2:RebootInstances: nothing is behind an instance that could be. */
export const RebootInstances = writeOperation('ec2', 'RebootInstances', {
  ...ofInstances,
  handle(input, _scope, found) {
    endDryRun(input)
    const still = existingInstances(found).find(({ state }) => state !== 'running')
    if (still === undefined) return Promise.resolve()
    const message = `The instance '${still.id}' is not in a state from which it can be rebooted.`
    return Promise.reject(new ApiError('IncorrectInstanceState', message))
  },
})
