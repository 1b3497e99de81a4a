import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at, list, scalar, text } from '../resolve/forwarded-call.ts'
import type {
  Adoptable,
  Ask,
  KeptCall,
  KeptOperation,
  KeptService,
  KnownCall,
  Made,
} from './kept.ts'
import { checkGrantTokens, grantPolicy, kmsGrantOperations } from './kms-grants.ts'
import { pageOf } from './kms-pages.ts'
import {
  aliasTaken,
  incorrectKey,
  keyMissing,
  limitExceeded,
  lockedOut,
  malformed,
  notFound,
  tagRefusal,
  unsupported,
} from './kms-words.ts'
import type { NewResource, ResourcePort, SavedPolicy } from './resource.ts'
import { policyBytes, readResourcePolicy } from './resource-policy.ts'
import { tagging, tagsIn, untagging, withTags, type TagWords } from './tags.ts'

/** Bytes. Source: KMS Developer Guide, "Quotas", "Key policy document size": 32 KB. */
export const keyPolicyBytesMax = 32_768

const tagWords: TagWords = {
  invalid: tagRefusal,
  tooMany: () => limitExceeded('A key has at most 50 tags.'),
}

/** Source: KMS Developer Guide, "Default key policy". */
function defaultPolicy({ arn, accountId }: Pick<NewResource, 'arn' | 'accountId'>): SavedPolicy {
  const Statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:${arn.split(':')[1] ?? ''}:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
  const text = JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [Statement],
  })
  return { text, saved: text }
}

async function readKeyPolicy(given: unknown, call: KeptCall): Promise<SavedPolicy> {
  const document = String(given)
  if (policyBytes(document) > keyPolicyBytesMax) {
    throw limitExceeded(`The key policy is larger than ${String(keyPolicyBytesMax)} bytes.`)
  }
  const rules = { service: 'kms', isResource: () => true, malformed }
  return (await readResourcePolicy(document, rules, call)).policy
}

/** Whoever makes a policy must be able to change it again. */
function checkLockOut({ input, allows }: KeptCall, key: NewResource): void {
  if (input.BypassPolicyLockoutSafetyCheck === true) return
  if (!allows('kms:PutKeyPolicy', key)) throw lockedOut()
}

async function keyFrom(metadata: unknown, call: KeptCall): Promise<Made> {
  const arn = String(at(metadata, 'Arn'))
  const { Policy, Tags } = call.input
  const owned = { arn, accountId: call.accountId }
  const policy = Policy === undefined ? defaultPolicy(owned) : await readKeyPolicy(Policy, call)
  const tags = withTags([], tagsIn(Tags), tagWords)
  return { arn, type: 'key', tags, policy, settings: factsOf(metadata) }
}

/** What of a key conditions ask for. */
function factsOf(metadata: unknown): Made['settings'] {
  return {
    keySpec: at(metadata, 'KeySpec') ?? at(metadata, 'CustomerMasterKeySpec'),
    keyUsage: at(metadata, 'KeyUsage'),
    origin: at(metadata, 'Origin'),
    multiRegion: at(metadata, 'MultiRegion') ?? false,
  }
}

/** Before the backend makes a key: what it is to be made with. */
async function checkNewKey(call: KeptCall): Promise<undefined> {
  const { partition, region, accountId } = call
  const Arn = `arn:${partition}:kms:${region}:${accountId}:key/new`
  const made = await keyFrom({ Arn }, call)
  checkLockOut(call, { ...made, service: 'kms', accountId, state: 'creating' })
  return undefined
}

/** The ARN of the key that a call names by id, ARN or alias. */
function keyNamed(given: unknown, call: KeptCall): string | undefined {
  const name = text(given)
  if (name === undefined) return undefined
  const { partition, region, accountId, resources } = call
  const arn = name.startsWith('arn:')
    ? name
    : `arn:${partition}:kms:${region}:${accountId}:${name.startsWith('alias/') ? name : `key/${name}`}`
  return arn.includes(':alias/') ? text(resources.find(arn)?.settings.key) : arn
}

const idOf = (arn: unknown) => String(arn).slice(String(arn).lastIndexOf('/') + 1)

/** What a backend has used another key for, than the one that was decided on, is not handed out. */
function ofDecidedKey(member: string, given: string): KeptOperation {
  return {
    merges(output, call) {
      const decided = keyNamed(call.input[given], call)
      if (decided !== undefined && idOf(output[member]) === idOf(decided)) return output
      throw incorrectKey()
    },
  }
}

const naming = ['KeyId', 'TargetKeyId', 'SourceKeyId', 'DestinationKeyId']

/**
 * Aliases are resolved here: the backend gets the key that was decided on.
 * Errors: NotFoundException for an alias of no key.
 */
function backendInput(
  { GrantTokens: _, ...input }: OperationInput,
  call: KeptCall,
): OperationInput {
  const keys = naming.flatMap((member) => {
    const name = text(input[member])
    if (name?.includes('alias/') !== true) return []
    const key = keyNamed(name, call)
    if (key === undefined) throw keyMissing(name.startsWith('arn:') ? name : aliasArn(call, name))
    return [[member, key]]
  })
  return { ...input, ...(Object.fromEntries(keys) as OperationInput) }
}

/** A ciphertext tells its key to the backend alone: it is asked, and what it says is decided on. */
async function completes(
  operation: string,
  input: OperationInput,
  ask: Ask,
): Promise<OperationInput> {
  const member = operation === 'ReEncrypt' ? 'SourceKeyId' : 'KeyId'
  if (!/^(Decrypt|ReEncrypt)$/.test(operation) || input[member] !== undefined) return input
  const side = operation === 'ReEncrypt' ? 'Source' : ''
  const asked = await ask('Decrypt', {
    CiphertextBlob: input.CiphertextBlob,
    EncryptionContext: input[`${side}EncryptionContext`],
    EncryptionAlgorithm: input[`${side}EncryptionAlgorithm`],
  })
  const key = asked.ok ? text(asked.output.KeyId) : undefined
  return key === undefined ? input : { ...input, [member]: key }
}

function aliasArn(
  { partition, region, accountId, input }: KeptCall,
  name: unknown = input.AliasName,
): string {
  return `arn:${partition}:kms:${region}:${accountId}:${String(name)}`
}

const createAlias: KeptOperation = {
  refuses: ({ input }) =>
    String(input.AliasName).startsWith('alias/aws/')
      ? new Refusal(
          'NotAuthorizedException',
          'Names of aliases that begin with alias/aws/ are reserved.',
          400,
        )
      : undefined,
  creates: {
    isMade: (arn) => arn.includes(':alias/'),
    made: (call) => ({
      arn: aliasArn(call),
      type: 'alias',
      tags: [],
      settings: { key: keyNamed(call.input.TargetKeyId, call) },
    }),
    taken: (_, call) => aliasTaken(aliasArn(call)),
  },
}

function own({ accountId, region, resources }: KeptCall, type: string) {
  return resources
    .list({ accountId, service: 'kms', type })
    .filter(({ arn }) => arn.split(':')[3] === region)
}

function listAliases(call: KeptCall): OperationOutput {
  const key = keyNamed(call.input.KeyId, call)
  const found = own(call, 'alias')
    .filter(({ settings }) => key === undefined || settings.key === key)
    .map(({ arn, settings, createdAt }) => ({
      AliasName: arn.slice(arn.indexOf(':alias/') + 1),
      AliasArn: arn,
      TargetKeyId: idOf(settings.key),
      CreationDate: createdAt,
    }))
  return pageOf('Aliases', found, ({ AliasArn }) => AliasArn, call.input)
}

function listKeys(call: KeptCall): OperationOutput {
  const found = own(call, 'key').map(({ arn }) => ({ KeyId: idOf(arn), KeyArn: arn }))
  return pageOf('Keys', found, ({ KeyArn }) => KeyArn, call.input)
}

async function readPolicy({ resource, resources, input }: KnownCall): Promise<OperationOutput> {
  if (input.PolicyName !== undefined && input.PolicyName !== 'default') {
    throw notFound(`No such policy exists: ${text(input.PolicyName) ?? ''}`)
  }
  const policy = resource.policy ?? defaultPolicy(resource)
  return { Policy: await resources.shownPolicy(policy), PolicyName: 'default' }
}

const keyOperations: Readonly<Record<string, KeptOperation>> = {
  CreateKey: {
    refuses: checkNewKey,
    creates: {
      madeFrom: (output, call) => keyFrom(output.KeyMetadata, call),
      taken: () => undefined,
    },
    backendInput: ({ input }) => {
      const { Policy: _, Tags: __, BypassPolicyLockoutSafetyCheck: ___, ...rest } = input
      return rest
    },
  },
  PutKeyPolicy: {
    async changes(call) {
      const policy = await readKeyPolicy(call.input.Policy, call)
      return (current) => {
        const changed = { ...current, policy }
        checkLockOut(call, changed)
        return changed
      }
    },
    answers: () => ({}),
  },
  GetKeyPolicy: { answers: readPolicy },
  ListKeyPolicies: { answers: () => ({ PolicyNames: ['default'], Truncated: false }) },
  ListKeys: { lists: listKeys },
  TagResource: {
    changes: ({ input }) => tagging(tagsIn(input.Tags), tagWords),
    answers: () => ({}),
  },
  UntagResource: { changes: ({ input }) => untagging(input.TagKeys), answers: () => ({}) },
  ListResourceTags: {
    answers: ({ resource, input }) =>
      pageOf(
        'Tags',
        resource.tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
        ({ TagKey }) => TagKey,
        input,
      ),
  },
  Decrypt: ofDecidedKey('KeyId', 'KeyId'),
  ReEncrypt: ofDecidedKey('SourceKeyId', 'SourceKeyId'),
  ReplicateKey: { refuses: () => unsupported('ReplicateKey') },
  UpdatePrimaryRegion: { refuses: () => unsupported('UpdatePrimaryRegion') },
}

const aliasOperations: Readonly<Record<string, KeptOperation>> = {
  CreateAlias: createAlias,
  UpdateAlias: {
    changes(call) {
      const key = keyNamed(call.input.TargetKeyId, call)
      return (current) => ({ ...current, settings: { ...current.settings, key } })
    },
  },
  DeleteAlias: { deletes: true },
  ListAliases: { lists: listAliases },
}

function keysOf({ type, arn, accountId, settings }: NewResource, resources: ResourcePort) {
  if (type === 'alias') return {}
  const aliases = resources
    .list({ accountId, service: 'kms', type: 'alias' })
    .filter((alias) => alias.settings.key === arn)
    .map((alias) => alias.arn.slice(alias.arn.indexOf(':alias/') + 1))
  return {
    'kms:ResourceAliases': aliases.length > 0 ? aliases : undefined,
    ...(settings.keySpec !== undefined && {
      'kms:KeySpec': scalar(settings.keySpec),
      'kms:KeyUsage': scalar(settings.keyUsage),
      'kms:KeyOrigin': scalar(settings.origin),
      'kms:MultiRegion': scalar(settings.multiRegion),
    }),
  }
}

async function adoptable(ask: Ask): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  for (let marker: string | undefined; ;) {
    const asked = await ask('ListKeys', { ...(marker && { Marker: marker }) })
    if (!asked.ok) throw unsupported('A backend that does not list keys')
    for (const each of list(asked.output.Keys)) {
      const described = await ask('DescribeKey', { KeyId: at(each, 'KeyId') })
      const metadata = described.ok ? described.output.KeyMetadata : {}
      const created = at(metadata, 'CreationDate')
      found.push({
        arn: String(at(each, 'KeyArn')),
        type: 'key',
        tags: [],
        settings: factsOf(metadata),
        ...(created instanceof Date && { backendCreatedAt: created }),
      })
    }
    marker = text(asked.output.NextMarker)
    if (marker === undefined) return found
  }
}

const resourceArn = /^arn:[^:]+:kms:[^:]+:\d{12}:(key\/[A-Za-z0-9-]+|alias\/[A-Za-z0-9/_-]+)$/

/** Keys, whose policies alone say who reaches them, and aliases. */
export const keptKms: KeptService = {
  service: 'kms',
  resourceOf(arn) {
    if (!resourceArn.test(arn)) return undefined
    return { arn, type: arn.includes(':alias/') ? 'alias' : 'key' }
  },
  missing: keyMissing,
  isGone: (operation, _, code) => operation === 'DescribeKey' && code === 'NotFoundException',
  keysOf,
  policiesOf(resource) {
    if (resource.type === 'alias') return undefined
    const grants = grantPolicy(resource)
    return [resource.policy ?? defaultPolicy(resource), ...(grants ? [grants] : [])]
  },
  refuses: checkGrantTokens,
  backendInput,
  completes,
  adoptableType: 'key',
  adoptable,
  operations: { ...keyOperations, ...aliasOperations, ...kmsGrantOperations },
}
