import { readFileSync } from 'node:fs'

/** The services whose models are read when they are first asked for, not at each start. */
export const readServices = [
  'apigateway',
  'cloudwatch',
  'dynamodb',
  'ec2',
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

export type ReadService = (typeof readServices)[number]

/** The text of a model that lies beside this file, or beside the bundle. */
export function readModelFile(service: ReadService): string {
  return readFileSync(new URL(`./${service}.json`, import.meta.url), 'utf8')
}
