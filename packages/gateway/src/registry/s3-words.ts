import { createHash } from 'node:crypto'
import { Refusal } from '../refusal.ts'

/** S3's refusals. Source: S3 API Reference, "Error responses". */

export function noSuchBucket(): Refusal {
  return new Refusal('NoSuchBucket', 'The specified bucket does not exist', 404)
}

export function malformedPolicy(message: string): Refusal {
  return new Refusal('MalformedPolicy', message, 400)
}

export function s3Denied(): Refusal {
  return new Refusal('AccessDenied', 'Access Denied', 403)
}

/**
 * The canonical user of an account. Chosen by us: a hash of its id, where AWS has 64 digits that
 * nobody can tell.
 */
export function canonicalId(accountId: string): string {
  return createHash('sha256').update(`canonical user of ${accountId}`).digest('hex')
}
