import type { ContextValue } from '@bailiwick/policy'
import { apiGatewayUntoldKeys } from './api-gateway-keys.ts'
import { dynamoDbKeys } from './dynamodb-keys.ts'
import type { ForwardedCall } from './forwarded-call.ts'
import { type About, type Keys, type KeyOf, notKnown, type OpenKeysOf } from './key.ts'
import { kmsKeys, kmsOpenKeys } from './kms-keys.ts'
import { objectTagKeys, s3Keys, s3OpenKeys } from './s3-keys.ts'
import { serviceKeys } from './service-keys.ts'
import { tagKeys } from './tag-keys.ts'

/** Keys by AWS's name, in lower case, of which the gate knows at most that a call has none. */
export const untoldKeys: Readonly<Record<string, KeyOf>> = apiGatewayUntoldKeys

/** Keys that the gate knows how to tell. */
export const knownKeys: Readonly<Record<string, KeyOf>> = {
  ...s3Keys,
  ...dynamoDbKeys,
  ...kmsKeys,
  ...serviceKeys,
}

/** Keys whose names a call brings. */
export const openKeys: Readonly<Record<string, OpenKeysOf>> = {
  ...s3OpenKeys,
  ...kmsOpenKeys,
  's3:requestobjecttag/<key>': objectTagKeys,
}

/** What a new resource has is told by the call that makes it; the rest the registry may know. */
const resourceTags: OpenKeysOf = (_, { action }) => (makesWhatItNames(action) ? {} : notKnown)

const untoldOpenKeys: Readonly<Record<string, OpenKeysOf>> = {
  'aws:resourcetag/${tagkey}': resourceTags,
  'ecr:resourcetag/${tagkey}': resourceTags,
  'ecs:resourcetag/${tagkey}': resourceTags,
  'secretsmanager:resourcetag/tag-key': resourceTags,
  'ssm:resourcetag/${tagkey}': resourceTags,
  'ssm:resourcetag/tag-key': resourceTags,
}

/** The keys of an action: those that the request tells, and the names of those it does not. */
export function keysOf(
  call: ForwardedCall,
  names: readonly string[],
  about: About,
): { readonly told: Keys; readonly unknown: readonly string[] } {
  const told: Record<string, ContextValue | undefined> = {}
  const untold: string[] = []
  for (const name of names) {
    const folded = name.toLowerCase()
    const openKeyOf = openKeys[folded] ?? untoldOpenKeys[folded]
    const open = openKeyOf?.(call, about)
    const isOpen = openKeyOf !== undefined
    const value = isOpen ? undefined : keyNamed(folded)(call, about)
    if (value === notKnown || open === notKnown || hidesOne(open)) untold.push(beginningOf(name))
    else if (isOpen) Object.assign(told, open)
    else told[name] = value
  }
  return { told: { ...told, ...tagKeys(call) }, unknown: untold }
}

function keyNamed(folded: string): KeyOf {
  return knownKeys[folded] ?? untoldKeys[folded] ?? (() => notKnown)
}

/** `s3:ExistingObjectTag/<key>` as far as it is the same for all keys of the family. */
export function beginningOf(name: string): string {
  return name.replace(/(?<=[/:])(<key>|\$\{\w+\}|tag-key)(\/.*)?$/, '')
}

/** A context key folds its case: of two that differ in case alone one would be hidden. */
function hidesOne(keys: Keys = {}): boolean {
  const names = Object.keys(keys)
  return new Set(names.map((name) => name.toLowerCase())).size < names.length
}

/**
 * What a call makes has no tags yet but those it brings. By the names of AWS's actions: what else
 * begins with `Create` makes a part of what it names, which may have tags.
 */
function makesWhatItNames(action: string): boolean {
  return made.has(action.toLowerCase())
}

const made = new Set(
  [
    'cloudtrail:CreateDashboard',
    'dynamodb:CreateTable',
    'ecr:CreateRepository',
    'ecs:CreateCapacityProvider',
    'ecs:CreateCluster',
    'ecs:RegisterTaskDefinition',
    'events:CreateEventBus',
    'firehose:CreateDeliveryStream',
    'kinesis:CreateStream',
    'kms:CreateKey',
    'lambda:CreateFunction',
    'logs:CreateLogGroup',
    's3:CreateBucket',
    'scheduler:CreateScheduleGroup',
    'secretsmanager:CreateSecret',
    'sns:CreateTopic',
    'sqs:CreateQueue',
    'ssm:CreateDocument',
    'states:CreateActivity',
    'states:CreateStateMachine',
  ].map((action) => action.toLowerCase()),
)
