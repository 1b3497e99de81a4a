import { readFileSync } from 'node:fs'

/** The services that are not handled here, only handed on. */
export const forwardedServices = [
  'apigateway',
  'cloudtrail',
  'cloudwatch',
  'cognito-idp',
  'ds',
  'dynamodb',
  'ecr',
  'ecs',
  'events',
  'firehose',
  'guardduty',
  'kinesis',
  'kms',
  'lakeformation',
  'lambda',
  'logs',
  's3',
  'scheduler',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'states',
] as const

export type ForwardedService = (typeof forwardedServices)[number]

/** The services whose models are read when they are first asked for, not at each start. */
export const readServices = [...forwardedServices, 'ec2'] as const

export type ReadService = (typeof readServices)[number]

/** The text of a model that lies beside this file, or beside the bundle. */
export function readModelFile(service: ReadService): string {
  return readFileSync(new URL(`./${service}.json`, import.meta.url), 'utf8')
}
