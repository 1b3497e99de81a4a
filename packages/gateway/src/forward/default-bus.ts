/**
 * The default buses of accounts that a backend knows nothing of: it has them under names, as it has
 * other buses, and they are made when they are first asked for (decision 26).
 */
import { writeRequest, type OperationInput, type ServiceModel } from '@bailiwick/wire'
import { at, list } from '../resolve/forwarded-call.ts'
import type { Naming } from './account-names.ts'
import type { Backend } from './backend.ts'
import { renamedBytesMax } from './limits.ts'
import { wholeOf } from './whole-answer.ts'

/** How long a bus counts as made: a backend may lose what it holds. Milliseconds. Chosen by us. */
export const busReadyMs = 60_000

/** When each was made, by region and name. */
const made = new WeakMap<Backend, Map<string, number>>()

interface Place {
  readonly model: ServiceModel
  readonly backend: Backend
  readonly now: Date
}

/**
 * Sees to it that the buses are there that an input, as the backend is told it, names as defaults.
 * Errors: a BackendError where it cannot be reached; what it refuses, it refuses again with the call.
 */
export async function readyBuses(
  told: OperationInput,
  { service, own, region }: Naming,
  { model, backend, now }: Place,
): Promise<void> {
  if (service !== 'events' || own === undefined) return
  const ready = made.get(backend) ?? new Map<string, number>()
  made.set(backend, ready)
  for (const Name of defaultBusesIn(told)) {
    const key = `${region} ${Name}`
    if (now.getTime() - (ready.get(key) ?? -Infinity) < busReadyMs) continue
    const operation = model.operations.get('CreateEventBus')
    if (operation === undefined) throw new Error('events has no CreateEventBus')
    const { protocol } = model
    const written = writeRequest(model, operation, protocol, { Name })
    const request = { ...written, service: model.signingName, protocol, region, now }
    await wholeOf((await backend.send(request)).body, renamedBytesMax)
    ready.set(key, now.getTime())
  }
}

function defaultBusesIn({ EventBusName, Name, Entries, Targets }: OperationInput): Set<string> {
  const named = [
    ...[EventBusName, Name],
    ...list(Entries).map((entry) => at(entry, 'EventBusName')),
    ...list(Targets).map((target) => String(at(target, 'Arn')).split(':event-bus/')[1]),
  ]
  const isDefault = (name: unknown) => /^\d{12}--default$/.test(String(name))
  return new Set(named.filter(isDefault) as string[])
}
