import type { OperationOutput } from '@bailiwick/wire'
import type { Check } from '../operation.ts'
import { isRefusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import type { Adoptable, AdoptionPlace, Ask, KeptCall, KeptOperation, KeptService } from './kept.ts'
import type { KnownCall } from './kept.ts'
import { isPublicPolicy } from './public-policy.ts'
import type { NewResource, Resource, ResourcePort } from './resource.ts'
import { readResourcePolicy, type ReadPolicy } from './resource-policy.ts'
import {
  invalid,
  malformed,
  noReplicas,
  publicPolicy,
  secretMissing,
  secretTaken,
} from './secrets-words.ts'
import { tagging, tagsIn, untagging, withTags, type TagWords } from './tags.ts'

const tagWords: TagWords = {
  invalid,
  tooMany: () => invalid('A secret has at most 50 tags.'),
}

/**
 * The record's ARN ends with the name, which is one account's; the whole ARN, with the six characters
 * that the backend adds, stands in the settings.
 */
function recordArn(
  { partition, region, accountId }: Pick<KeptCall, 'partition' | 'region' | 'accountId'>,
  name: string,
): string {
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`
}

function nameOf({ arn }: Pick<NewResource, 'arn'>): string {
  return arn.split(':')[6] ?? ''
}

/** As Secrets Manager names it. */
function wholeArn({ arn, settings }: NewResource): string {
  return text(settings.arn) ?? arn
}

/** The record of a secret by its whole ARN, or by one that ends with its name. */
export function secretNamed(arn: string, resources: ResourcePort): Resource | undefined {
  const short = arn.replace(/-[A-Za-z0-9]{6}$/, '')
  const whole = short === arn ? undefined : resources.find(short)
  return whole?.settings.arn === arn ? whole : resources.find(arn)
}

const createSecret: KeptOperation = {
  refuses: ({ input }) => (list(input.AddReplicaRegions).length > 0 ? noReplicas() : undefined),
  creates: {
    made: (call) => ({
      arn: recordArn(call, String(call.input.Name)),
      type: 'secret',
      tags: withTags([], tagsIn(call.input.Tags), tagWords),
      settings: {},
    }),
    settles: ({ ARN }) => ({ arn: ARN }),
    async exists({ ask, input }) {
      const asked = await ask('DescribeSecret', { SecretId: input.Name })
      return asked.ok || asked.code !== 'ResourceNotFoundException'
    },
    taken: (_, { input }) => secretTaken(String(input.Name)),
  },
}

/** Of lists: the account's own, with the tags that are kept. */
function ofAccount(secrets: unknown, { accountId, resources }: KeptCall): readonly unknown[] {
  return list(secrets).flatMap((each) => {
    const found = secretNamed(text(at(each, 'ARN')) ?? '', resources)
    return found?.accountId === accountId ? [{ ...(each as object), Tags: found.tags }] : []
  })
}

/** Of a batch: what the caller may read one by one, by the policy of each. */
function readable(output: OperationOutput, { resources, allows }: KeptCall): OperationOutput {
  const values = list(output.SecretValues).filter((each) => {
    const arn = text(at(each, 'ARN')) ?? ''
    const found = secretNamed(arn, resources)
    return found !== undefined && allows('secretsmanager:GetSecretValue', found, arn)
  })
  return { ...output, SecretValues: values }
}

/** A policy as Secrets Manager takes it, by which a secret that has not been made is meant, too. */
async function readSecretPolicy(call: KeptCall, arn: string | undefined): Promise<ReadPolicy> {
  const isResource = (named: string) =>
    named === '*' || named === arn || (arn !== undefined && named === `${arn.slice(0, -6)}??????`)
  const rules = {
    service: 'secretsmanager',
    isResource: arn === undefined ? () => true : isResource,
    malformed,
  }
  return readResourcePolicy(String(call.input.ResourcePolicy), rules, call)
}

/** Source: Secrets Manager API Reference, ValidateResourcePolicy. */
async function validate(call: KeptCall): Promise<OperationOutput> {
  const checks: { CheckName: string; ErrorMessage: string }[] = []
  try {
    const { document } = await readSecretPolicy(call, undefined)
    if (isPublicPolicy(document)) {
      checks.push({ CheckName: 'PublicAccess', ErrorMessage: publicPolicy().message })
    }
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown
    checks.push({ CheckName: 'PolicySyntax', ErrorMessage: thrown.message })
  }
  return { PolicyValidationPassed: checks.length === 0, ValidationErrors: checks }
}

function named({ resource }: KnownCall) {
  return { ARN: wholeArn(resource), Name: nameOf(resource) }
}

const policyOperations: Readonly<Record<string, KeptOperation>> = {
  PutResourcePolicy: {
    async changes(call) {
      const { document, policy } = await readSecretPolicy(call, wholeArn(call.resource))
      if (call.input.BlockPublicPolicy === true && isPublicPolicy(document)) throw publicPolicy()
      return (current) => ({ ...current, policy })
    },
    answers: named,
  },
  GetResourcePolicy: {
    async answers(call) {
      const { policy } = call.resource
      const ResourcePolicy = policy && (await call.resources.shownPolicy(policy))
      return { ...named(call), ...(ResourcePolicy !== undefined && { ResourcePolicy }) }
    },
  },
  DeleteResourcePolicy: {
    changes:
      () =>
      ({ policy: _, ...current }) =>
        current,
    answers: named,
  },
  ValidateResourcePolicy: { lists: validate },
}

const refusesReplicas: KeptOperation = { refuses: noReplicas }

const operations: Readonly<Record<string, KeptOperation>> = {
  ...policyOperations,
  CreateSecret: createSecret,
  DeleteSecret: { deletes: ({ input }) => input.ForceDeleteWithoutRecovery === true },
  DescribeSecret: {
    merges: (output, { resource }) => ({ ...output, ...(resource && { Tags: resource.tags }) }),
  },
  ListSecrets: {
    merges: (output, call) => ({ ...output, SecretList: ofAccount(output.SecretList, call) }),
  },
  BatchGetSecretValue: { merges: readable },
  // The backend gets them, too: it is the one to filter lists by them.
  TagResource: { changes: ({ input }) => tagging(tagsIn(input.Tags), tagWords) },
  UntagResource: { changes: ({ input }) => untagging(input.TagKeys) },
  ReplicateSecretToRegions: refusesReplicas,
  RemoveRegionsFromReplication: refusesReplicas,
  StopReplicationToReplica: refusesReplicas,
}

/** Operations whose ResourceNotFoundException is about the secret, and not about a version of it. */
const aboutSecrets = new Set(['DescribeSecret', 'DeleteSecret', 'RestoreSecret', 'TagResource'])

/** One of another account's is told by its ARN. */
function recordArnOf(name: unknown, place: AdoptionPlace): string {
  const told = String(name)
  return told.startsWith('arn:') ? told : recordArn(place, told)
}

async function adoptable(ask: Ask, place: AdoptionPlace): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  for (let token: string | undefined; ;) {
    const asked = await ask('ListSecrets', {
      IncludePlannedDeletion: true,
      ...(token && { NextToken: token }),
    })
    if (!asked.ok) throw invalid('The backend does not list secrets.')
    for (const each of list(asked.output.SecretList)) {
      const created = at(each, 'CreatedDate')
      found.push({
        arn: recordArnOf(at(each, 'Name'), place),
        type: 'secret',
        tags: tagsIn(at(each, 'Tags')),
        settings: { arn: at(each, 'ARN') },
        ...(created instanceof Date && { backendCreatedAt: created }),
      })
    }
    token = text(asked.output.NextToken)
    if (token === undefined) return found
  }
}

/** What a secret has, as the backend has it. Source: Service Authorization Reference, Secrets Manager. */
async function describedKeys({ resourceArn }: Check, ask: Ask) {
  const name = nameOf({ arn: resourceArn }).replace(/-[A-Za-z0-9]{6}$/, '')
  const asked = await ask('DescribeSecret', { SecretId: name })
  if (!asked.ok) return undefined
  const { RotationLambdaARN, Type } = asked.output
  const found = {
    'secretsmanager:resource/AllowRotationLambdaArn': text(RotationLambdaARN),
    'secretsmanager:resource/Type': text(Type),
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

/** Secrets, by name or by ARN. */
export const keptSecrets: KeptService = {
  service: 'secretsmanager',
  resourceOf(arn, resources) {
    if (!/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:[^*]+$/.test(arn)) return undefined
    const found = secretNamed(arn, resources)
    return { arn: found?.arn ?? arn, type: 'secret' }
  },
  missing: secretMissing,
  isGone: (operation, _, code) =>
    code === 'ResourceNotFoundException' && aboutSecrets.has(operation),
  keysOf: ({ tags }) => ({
    // All that begin so are known.
    'secretsmanager:ResourceTag/': undefined,
    ...Object.fromEntries(
      tags.map(({ Key, Value }) => [`secretsmanager:ResourceTag/${Key}`, Value] as const),
    ),
  }),
  askedKeys: { prefix: 'secretsmanager:resource/', keysOf: describedKeys },
  async createdAt(resource, ask) {
    const asked = await ask('DescribeSecret', { SecretId: nameOf(resource) })
    const created = asked.ok ? asked.output.CreatedDate : undefined
    return created instanceof Date ? created : undefined
  },
  adoptableType: 'secret',
  adoptable,
  operations,
}
