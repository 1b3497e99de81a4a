/** Lambda's refusals. Source: Lambda API Reference, the operations; recorded by moto. */
import { Refusal } from '../refusal.ts'

export function missingResource(message: string): Refusal {
  return new Refusal('ResourceNotFoundException', message, 404)
}

export function functionMissing(arn: string): Refusal {
  return missingResource(
    arn.includes(':layer:') ? `Layer not found: ${arn}` : `Function not found: ${arn}`,
  )
}

export function mappingMissing(): Refusal {
  return missingResource('The resource you requested does not exist.')
}

export function invalidParameter(message: string): Refusal {
  return new Refusal('InvalidParameterValueException', message, 400)
}

export function conflict(message: string): Refusal {
  return new Refusal('ResourceConflictException', message, 409)
}

export function revisionMismatch(): Refusal {
  const message =
    'The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the latest RevisionId'
  return new Refusal('PreconditionFailedException', message, 412)
}

export function policyTooLong(size: number, max: number): Refusal {
  const message = `The final policy size (${String(size)}) is bigger than the limit (${String(max)}).`
  return new Refusal('PolicyLengthExceededException', message, 400)
}
