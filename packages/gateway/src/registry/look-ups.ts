import { text, type LookUps } from '../resolve/forwarded-call.ts'
import { secretNamed } from './secrets.ts'
import type { ResourcePort } from './resource.ts'

/** What the registry knows of what requests do not tell. */
export function lookUpsIn(resources: ResourcePort): LookUps {
  return {
    partitionKeyOf: (arn) => partitionKeyOf(resources, arn),
    keyOfAlias: (arn) => text(resources.find(arn)?.settings.key),
    secretOfName: (arn) => text(secretNamed(arn, resources)?.settings.arn),
  }
}

/** Of an index only where it is the table's: whose values else count as leading is not documented. */
function partitionKeyOf(resources: ResourcePort, arn: string): string | undefined {
  const [table = '', index] = arn.split('/index/')
  const { partitionKey, indexes } = resources.find(table)?.settings ?? {}
  if (index === undefined) return text(partitionKey)
  const own = (indexes as Readonly<Record<string, unknown>> | undefined)?.[index]
  return own === partitionKey ? text(partitionKey) : undefined
}
