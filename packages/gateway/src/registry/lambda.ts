import type { Refusal } from '../refusal.ts'
import { accountOf, at, list, scalar, text } from '../resolve/forwarded-call.ts'
import { functionArn } from '../resolve/function-arn.ts'
import type { Adoptable, AdoptionPlace, Ask, KeptCall, KeptOperation, KeptService } from './kept.ts'
import type { Resource } from './resource.ts'
import {
  forgetting,
  lambdaPermissionOperations,
  ofFunction,
  permissionsOf,
  qualifierOf,
} from './lambda-permissions.ts'
import { conflict, functionMissing, invalidParameter, mappingMissing } from './lambda-words.ts'
import { ofAccount } from './of-account.ts'
import { tagging, tagsIn, untagging, withTags, type TagWords } from './tags.ts'

const resourceArn = /^arn:[^:]+:lambda:[^:]+:\d{12}:(function|layer):[^:*?]+/

const tagWords: TagWords = {
  invalid: invalidParameter,
  tooMany: () => invalidParameter('Tag limit exceeded: a resource has at most 50 tags.'),
}

function nameIn(given: unknown): string {
  return (
    functionArn({ partition: '', region: '', accountId: 'none' }, given, undefined).split(':')[6] ??
    ''
  )
}

function layerArn(call: KeptCall, name: unknown): string {
  const given = String(name)
  if (given.startsWith('arn:')) return given
  return `arn:${call.partition}:lambda:${call.region}:${call.accountId}:layer:${given}`
}

function tagMap(tags: readonly { readonly Key: string; readonly Value: string }[]) {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}

/** Whose permissions a function has is told without asking the backend. */
function roleIn(configuration: unknown): Resource['settings'] {
  const role = text(at(configuration, 'Role'))
  return role === undefined ? {} : { role }
}

const createFunction: KeptOperation = {
  creates: {
    isMade: (arn) => /:function:/.test(arn),
    made: (call) => ({
      arn: functionArn(call, call.input.FunctionName, undefined),
      type: 'function',
      tags: withTags([], tagsIn(call.input.Tags), tagWords),
      settings: roleIn(call.input),
    }),
    async exists({ ask, input }) {
      const FunctionName = nameIn(input.FunctionName)
      const asked = await ask('GetFunctionConfiguration', { FunctionName })
      return asked.ok || asked.status !== 404
    },
    taken: (_, { input }) => conflict(`Function already exist: ${nameIn(input.FunctionName)}`),
  },
  backendInput: ({ input: { Tags: _, ...input } }) => input,
}

/** A layer is made by its first version; whose it is, is settled by then. */
const publishLayer: KeptOperation = {
  creates: {
    made: (call) => ({
      arn: layerArn(call, call.input.LayerName),
      type: 'layer',
      tags: [],
      settings: {},
    }),
    async exists({ ask, input }) {
      const asked = await ask('ListLayerVersions', { LayerName: input.LayerName })
      return asked.ok ? list(asked.output.LayerVersions).length > 0 : asked.status !== 404
    },
    taken: (by, { input }) =>
      by === 'own' ? undefined : conflict(`Layer already exists: ${String(input.LayerName)}`),
  },
}

/** A mapping names its function without a permission on it: that one is the account's own. */
function refusesStrange(call: KeptCall): Refusal | undefined {
  const { input, accountId, resources } = call
  if (input.FunctionName === undefined) return undefined
  const arn = resourceArn.exec(functionArn(call, input.FunctionName, undefined))?.[0] ?? ''
  return resources.find(arn)?.accountId === accountId ? undefined : functionMissing(arn)
}

/** A mapping is named by its UUID alone; it is of its function's account, as the backend tells it. */
async function refusesMapping(call: KeptCall): Promise<Refusal | undefined> {
  const { UUID } = call.input
  const asked = await call.ask('GetEventSourceMapping', { UUID })
  const arn = resourceArn.exec((asked.ok && text(asked.output.FunctionArn)) || '')?.[0] ?? ''
  const owner = call.resources.find(arn)?.accountId ?? accountOf(arn)
  return owner === call.accountId ? undefined : mappingMissing()
}

const operations: Readonly<Record<string, KeptOperation>> = {
  ...lambdaPermissionOperations,
  CreateFunction: createFunction,
  UpdateFunctionConfiguration: {
    changes:
      ({ input }) =>
      (current) => ({ ...current, settings: { ...current.settings, ...roleIn(input) } }),
  },
  DeleteFunction: {
    deletes: (call) => qualifierOf(ofFunction(call)) === undefined,
    changes: (call) => forgetting(ofFunction(call)),
  },
  DeleteAlias: {
    changes: (call) => forgetting(functionArn(call, call.input.FunctionName, call.input.Name)),
  },
  CreateEventSourceMapping: { refuses: refusesStrange },
  DeleteEventSourceMapping: { refuses: refusesMapping },
  GetEventSourceMapping: { refuses: refusesMapping },
  UpdateEventSourceMapping: {
    refuses: async (call) => refusesStrange(call) ?? (await refusesMapping(call)),
  },
  GetFunction: {
    merges: (output, { resource }) => ({
      ...output,
      ...(resource && { Tags: tagMap(resource.tags) }),
    }),
  },
  ListFunctions: ofAccount('Functions', 'FunctionArn', resourceArn),
  ListEventSourceMappings: ofAccount('EventSourceMappings', 'FunctionArn', resourceArn),
  ListLayers: ofAccount('Layers', 'LayerArn', resourceArn),
  ListLayerVersions: ofAccount('LayerVersions', 'LayerVersionArn', resourceArn),
  PublishLayerVersion: publishLayer,
  DeleteLayerVersion: {
    changes: (call) => {
      const version = scalar(call.input.VersionNumber) ?? ''
      return forgetting(`${layerArn(call, call.input.LayerName)}:${version}`)
    },
  },
  TagResource: {
    changes: ({ input }) => tagging(tagsIn(input.Tags), tagWords),
    answers: () => ({}),
  },
  UntagResource: { changes: ({ input }) => untagging(input.TagKeys), answers: () => ({}) },
  ListTags: { answers: ({ resource }) => ({ Tags: tagMap(resource.tags) }) },
}

async function adoptable(ask: Ask, place: AdoptionPlace): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  for (let marker: string | undefined; ;) {
    const asked = await ask('ListFunctions', { ...(marker && { Marker: marker }) })
    if (!asked.ok) throw invalidParameter('The backend does not list functions.')
    for (const each of list(asked.output.Functions)) {
      const arn = functionArn(place, at(each, 'FunctionName'), undefined)
      found.push({ arn, type: 'function', tags: [], settings: roleIn(each) })
    }
    marker = text(asked.output.NextMarker)
    if (marker === undefined) return found
  }
}

/** Functions and layers: versions and aliases are parts of theirs, and owned with it. */
export const keptLambda: KeptService = {
  service: 'lambda',
  resourceOf(arn) {
    const [found, type = ''] = resourceArn.exec(arn) ?? []
    return found === undefined ? undefined : { arn: found, type }
  },
  missing: functionMissing,
  // Of other operations a version or an alias may be what is not there.
  isGone: (operation, status) => operation === 'UpdateFunctionCode' && status === 404,
  policiesOf(resource, arn) {
    const policy = permissionsOf(resource, arn)
    return policy ? [policy] : []
  },
  adoptableType: 'function',
  adoptable,
  operations,
}
