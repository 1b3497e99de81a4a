import { readFileSync } from 'node:fs'

/** The services that are not handled here, only handed on. */
export const forwardedServices = [
  'apigateway',
  'cloudwatch',
  'dynamodb',
  'ecr',
  'ecs',
  'events',
  'kinesis',
  'kms',
  'lambda',
  'logs',
  's3',
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
