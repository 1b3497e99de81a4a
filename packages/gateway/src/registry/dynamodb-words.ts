/** DynamoDB's refusals. Source: DynamoDB API Reference, "Common errors", and the operations. */
import { Refusal } from '../refusal.ts'

export function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message, 400)
}

export function tableMissing(arn: string): Refusal {
  const message = `Requested resource not found: Table: ${nameOf(arn)} not found`
  return new Refusal('ResourceNotFoundException', message, 400)
}

export function backupMissing(arn: string): Refusal {
  return new Refusal('BackupNotFoundException', `Backup not found: ${arn}`, 400)
}

export function tableTaken(name: string): Refusal {
  return new Refusal('ResourceInUseException', `Table already exists: ${name}`, 400)
}

export function policyMissing(message: string): Refusal {
  const whole = `Resource-based policy not found for the provided ResourceArn: ${message}`
  return new Refusal('PolicyNotFoundException', whole, 400)
}

/** What stands for tables in other regions, or of a kind that has no owner here. Chosen by us. */
export function notKept(what: string): Refusal {
  return invalid(`${what} is not supported by the gate: it keeps tables of one region each.`)
}

/** The table's name in an ARN of it or of a part of it. */
export function nameOf(arn: string): string {
  return arn.split('/')[1] ?? ''
}
