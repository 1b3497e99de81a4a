/**
 * Calls that change what we may withhold from a backend, and our own switching, one after the other:
 * a backend has no conditional write for it, and between our reading and writing a caller's change
 * would be lost. Of one process, as all that writes to the registry is.
 */
import type { ResourcePort } from '../resource.ts'

const lastTurns = new WeakMap<ResourcePort, Map<string, Promise<void>>>()

/** Waits until nobody else has the turn at a source; gives back what ends it. */
export async function turnAt(resources: ResourcePort, source: string): Promise<() => void> {
  const turns = lastTurns.get(resources) ?? new Map<string, Promise<void>>()
  lastTurns.set(resources, turns)
  const before = turns.get(source)
  let end = () => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  turns.set(source, ended)
  await before
  return () => {
    if (turns.get(source) === ended) turns.delete(source)
    end()
  }
}
