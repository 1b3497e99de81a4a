import { dynamoDbDeliveries, secretsManagerDeliveries } from './data.ts'
import type { DeliveringOperation, DeliveringOperations } from './delivery.ts'
import { cloudWatchDeliveries, eventsDeliveries } from './events.ts'
import { lambdaDeliveries } from './lambda.ts'
import { logsDeliveries } from './logs.ts'
import { snsDeliveries, sqsDeliveries } from './messages.ts'
import { s3Deliveries } from './s3.ts'

/** By the prefix of a service's actions. */
export const deliveringServices: Readonly<Record<string, DeliveringOperations>> = {
  cloudwatch: cloudWatchDeliveries,
  dynamodb: dynamoDbDeliveries,
  events: eventsDeliveries,
  lambda: lambdaDeliveries,
  logs: logsDeliveries,
  s3: s3Deliveries,
  secretsmanager: secretsManagerDeliveries,
  sns: snsDeliveries,
  sqs: sqsDeliveries,
}

export function deliveringOperation(
  service: string,
  operation: string,
): DeliveringOperation | undefined {
  const operations = Object.hasOwn(deliveringServices, service) && deliveringServices[service]
  if (!operations || !Object.hasOwn(operations, operation)) return undefined
  return operations[operation]
}
