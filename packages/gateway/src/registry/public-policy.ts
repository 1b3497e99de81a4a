import { parsePolicy } from '@bailiwick/policy'
import type { Condition, PolicyDocument, Statement } from '@bailiwick/policy'
import type { NewResource, SavedPolicy } from './resource.ts'

/**
 * Whether a policy is public: unless each Allow names whom it means by values that stand
 * fast. What a Deny takes away again does not count.
 * Source: S3 User Guide, "Blocking public access", "The meaning of public".
 */
export function isPublicPolicy({ statements }: PolicyDocument): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && isPublic(statement))
}

function isPublic({ principals, notPrincipals, conditions }: Statement): boolean {
  const isForAll = notPrincipals !== undefined || principals?.any === true
  return isForAll && !conditions.some(narrows)
}

/** Keys whose fixed values tell who is meant, in lower case. */
const tellingKeys = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])

const narrowing = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'IpAddress',
])

/** One that also holds where the key is absent narrows nothing. */
function narrows(condition: Condition): boolean {
  const { conditionOperator, ifExists, setOperator, conditionKey, values } = condition
  const key = conditionKey.toLowerCase()
  if (ifExists || setOperator === 'ForAllValues') return false
  if (!narrowing.has(conditionOperator) || !tellingKeys.has(key)) return false
  return values.every((value) => isFixed(key, value))
}

function isFixed(key: string, value: string): boolean {
  if (key === 'aws:sourceip') return isNarrowRange(value)
  // Any session of one role, any access point of one account.
  if (key === 'aws:userid') return /^[^*?$]+(:\*)?$/.test(value)
  if (key === 's3:dataaccesspointarn') return /^arn:[^*?$]+:accesspoint\/[^$]+$/.test(value)
  return !/[*?]|\$\{/.test(value)
}

/** Wider than /8 in IPv4, or than /32 in IPv6, is the world. */
function isNarrowRange(range: string): boolean {
  const [address = '', bits] = range.split('/')
  if (/[*?$]/.test(range)) return false
  return bits === undefined || Number(bits) >= (address.includes(':') ? 32 : 8)
}

const known = new WeakMap<SavedPolicy, boolean>()

/** Whether the policy that a resource has is public; one that does not parse is taken for it. */
export function hasPublicPolicy({ policy, arn }: NewResource): boolean {
  if (policy === undefined) return false
  const before = known.get(policy)
  if (before !== undefined) return before
  const partition = arn.split(':')[1] ?? 'aws'
  const parsed = parsePolicy(policy.saved, 'resourcePolicy', { savedForm: true, partition })
  const isIt = !parsed.ok || isPublicPolicy(parsed.document)
  known.set(policy, isIt)
  return isIt
}
