import { Refusal } from '../refusal.ts'

/** What a policy is held against. */
export interface Posted {
  /** By lower-case name, `${filename}` in the key replaced. */
  readonly fields: ReadonlyMap<string, string>
  readonly bucket: string
  readonly fileLength: number
}

/** One condition of a policy, with its text for the refusal. */
interface Condition {
  readonly text: string
  /** In lower case, without the `$`; absent for the length of the file. */
  readonly field?: string
  readonly holds: (posted: Posted) => boolean
  readonly refusal?: (posted: Posted) => Refusal | undefined
}

/** Fields that no condition has to name. */
const exempt = /^(file|policy|x-amz-signature|x-ignore-.*)$/

/**
 * Holds a form to the policy that was signed for it: not expired, each condition met, and no field
 * that none of them names.
 * Source: S3 API Reference, "Creating a POST policy".
 *
 * @param encoded Base64, as it came.
 * @throws Refusal in S3's words.
 */
export function holdToPolicy(encoded: string, posted: Posted, now: Date): void {
  const { expiration, conditions } = readPolicy(encoded)
  if (expiration.getTime() <= now.getTime()) throw denied('Policy expired.')
  for (const { text, holds, refusal } of conditions) {
    const other = refusal?.(posted)
    if (other !== undefined) throw other
    if (!holds(posted)) throw denied(`Policy Condition failed: ${text}`)
  }
  const named = new Set(conditions.map(({ field }) => field))
  const extra = [...posted.fields.keys()].filter((name) => !exempt.test(name) && !named.has(name))
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`)
}

function denied(why: string): Refusal {
  return new Refusal('AccessDenied', `Invalid according to Policy: ${why}`)
}

function invalid(why: string): Refusal {
  return new Refusal('InvalidPolicyDocument', `Invalid Policy: ${why}`, 400)
}

function readPolicy(encoded: string): {
  readonly expiration: Date
  readonly conditions: readonly Condition[]
} {
  let document: unknown
  try {
    document = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
  } catch {
    throw invalid('Invalid JSON.')
  }
  const { expiration, conditions } = Object(document) as Readonly<Record<string, unknown>>
  const isTime =
    typeof expiration === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(expiration)
  const at = new Date(isTime ? expiration : '')
  if (Number.isNaN(at.getTime())) throw invalid("Invalid 'expiration' value.")
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.')
  return { expiration: at, conditions: conditions.flatMap(conditionsOf) }
}

/** `{"acl": "private"}` says as much as `["eq", "$acl", "private"]`. */
function conditionsOf(given: unknown): readonly Condition[] {
  if (Array.isArray(given)) return [listed(given)]
  if (typeof given !== 'object' || given === null) throw invalid('Invalid condition.')
  return Object.entries(given).map(([name, value]) => listed(['eq', `$${name}`, value]))
}

function listed(given: readonly unknown[]): Condition {
  const text = JSON.stringify(given)
  const [operator, first, second] = given
  if (given.length !== 3 || typeof operator !== 'string') throw invalid('Invalid condition.')
  const kind = operator.toLowerCase()
  if (kind === 'content-length-range') return ofLength(text, first, second)
  if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string') {
    throw invalid('Invalid condition.')
  }
  const field = first.slice(1).toLowerCase()
  if (kind === 'eq') return { text, field, holds: (posted) => valueOf(posted, field) === second }
  if (kind !== 'starts-with') throw invalid('Invalid condition.')
  return {
    text,
    field,
    holds: (posted) => {
      const value = valueOf(posted, field)
      // Of a list of types each has to begin so.
      const each = field === 'content-type' ? value?.split(/\s*,\s*/) : [value]
      return value !== undefined && each?.every((one) => one?.startsWith(second)) === true
    },
  }
}

/** The bucket is that of the address, whatever the form says. */
function valueOf({ fields, bucket }: Posted, field: string): string | undefined {
  return field === 'bucket' ? bucket : fields.get(field)
}

function ofLength(text: string, first: unknown, second: unknown): Condition {
  const [min, max] = [lengthOf(first), lengthOf(second)]
  return {
    text,
    holds: () => true,
    refusal: ({ fileLength }) => {
      if (fileLength > max) {
        const message = 'Your proposed upload exceeds the maximum allowed size'
        return new Refusal('EntityTooLarge', message, 400)
      }
      if (fileLength >= min) return undefined
      const message = 'Your proposed upload is smaller than the minimum allowed size'
      return new Refusal('EntityTooSmall', message, 400)
    },
  }
}

function lengthOf(given: unknown): number {
  const text = typeof given === 'number' || typeof given === 'string' ? String(given) : ''
  if (!/^\d{1,15}$/.test(text)) throw invalid('Invalid content-length-range.')
  return Number(text)
}
