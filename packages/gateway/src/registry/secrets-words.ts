/** Secrets Manager's refusals. Source: Secrets Manager API Reference, the operations. */
import { Refusal } from '../refusal.ts'

export function secretMissing(): Refusal {
  const message = "Secrets Manager can't find the specified secret."
  return new Refusal('ResourceNotFoundException', message, 400)
}

export function secretTaken(name: string): Refusal {
  const message = `The operation failed because the secret ${name} already exists.`
  return new Refusal('ResourceExistsException', message, 400)
}

export function malformed(message: string): Refusal {
  return new Refusal('MalformedPolicyDocumentException', message, 400)
}

export function invalid(message: string): Refusal {
  return new Refusal('InvalidParameterException', message, 400)
}

export function publicPolicy(): Refusal {
  const message = 'You cannot use this operation to allow public access to the secret.'
  return new Refusal('PublicPolicyException', message, 400)
}

/** Chosen by us: replicas in other regions are not kept. */
export function noReplicas(): Refusal {
  return invalid('Replicas are not supported by the gate: it keeps secrets of one region each.')
}
