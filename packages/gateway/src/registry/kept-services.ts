import type { KeptOperation, KeptService } from './kept.ts'
import { keptDynamoDb } from './dynamodb.ts'
import { keptKms } from './kms.ts'
import { keptLambda } from './lambda.ts'
import { keptEvents } from './events.ts'
import { keptS3 } from './s3.ts'
import { keptSecrets } from './secrets.ts'
import { keptSns } from './sns.ts'
import { keptSqs } from './sqs.ts'

/** The services with resources that the gate keeps, by the prefix of their actions. */
const keptServices: ReadonlyMap<string, KeptService> = new Map(
  [keptDynamoDb, keptEvents, keptKms, keptLambda, keptS3, keptSecrets, keptSns, keptSqs].map(
    (kept) => [kept.service, kept],
  ),
)

export function keptService(service: string): KeptService | undefined {
  return keptServices.get(service)
}

/** The service of an ARN. */
export function keptServiceOf(arn: string): KeptService | undefined {
  return keptServices.get(arn.split(':', 3)[2] ?? '')
}

export function keptOperation(service: string, operation: string): KeptOperation | undefined {
  const operations = keptServices.get(service)?.operations ?? {}
  return Object.hasOwn(operations, operation) ? operations[operation] : undefined
}
