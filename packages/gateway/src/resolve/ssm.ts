import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { type ForwardedCall, text, Unresolvable } from './forwarded-call.ts'

/** How the ARN of each kind of thing that takes tags begins. Source: SSM API, AddTagsToResource. */
const tagged: Readonly<Record<string, string>> = {
  Association: 'association/',
  Automation: 'automation-execution/',
  CloudConnector: 'cloud-connector/',
  Document: 'document/',
  MaintenanceWindow: 'maintenancewindow/',
  ManagedInstance: 'managed-instance/',
  OpsItem: 'opsitem/',
  OpsMetadata: 'opsmetadata/',
  Parameter: 'parameter/',
  PatchBaseline: 'patchbaseline/',
}

/** Systems Manager: what takes tags is named by its kind. */
export function resolveSsm(call: ForwardedCall): readonly Check[] {
  const { operation, input, partition, region, accountId } = call
  const action = `ssm:${operation.name}`
  if (!/Tags/.test(operation.name)) return checksByFacts(call, action)
  const kind = text(input.ResourceType) ?? ''
  const begin = Object.hasOwn(tagged, kind) ? tagged[kind] : undefined
  const id = text(input.ResourceId)
  if (begin === undefined || id === undefined) throw new Unresolvable('What has tags is not named')
  const head = `arn:${partition}:ssm:${region}:${accountId}:`
  if (id.startsWith('arn:')) {
    if (!id.includes(`:${begin}`)) throw new Unresolvable(`${id} is no ${kind}`)
    return [checkOn(call, action, id)]
  }
  if (accountId === '') throw new Unresolvable('The request names no account')
  return [checkOn(call, action, `${head}${begin}${id.replace(/^\//, '')}`)]
}
