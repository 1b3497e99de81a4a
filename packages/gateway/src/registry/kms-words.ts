/** KMS's refusals. Source: KMS API Reference, the operations. */
import { Refusal } from '../refusal.ts'

export function notFound(message: string): Refusal {
  return new Refusal('NotFoundException', message, 400)
}

export function keyMissing(arn: string): Refusal {
  return notFound(
    arn.includes(':alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
  )
}

export function malformed(message: string): Refusal {
  return new Refusal('MalformedPolicyDocumentException', message, 400)
}

export function lockedOut(): Refusal {
  return malformed('The new key policy will not allow you to update the key policy in the future.')
}

export function tagRefusal(message: string): Refusal {
  return new Refusal('TagException', message, 400)
}

export function unsupported(what: string): Refusal {
  return new Refusal('UnsupportedOperationException', `${what} is not supported by the gate.`, 400)
}

export function limitExceeded(message: string): Refusal {
  return new Refusal('LimitExceededException', message, 400)
}

export function aliasTaken(arn: string): Refusal {
  return new Refusal('AlreadyExistsException', `An alias with the name ${arn} already exists`, 400)
}

export function incorrectKey(): Refusal {
  const message =
    'The key ID in the request does not identify a CMK that can perform this operation.'
  return new Refusal('IncorrectKeyException', message, 400)
}
