import { compilePolicy, parsePolicy } from '@bailiwick/policy'
import type { CompiledPolicy, ParseResult, PolicyType, Problem } from '@bailiwick/policy'

/** Policies by text: compiled once, however many principals carry it. */
export interface CompiledPolicies {
  /** Undefined where the text does not parse; then `report` has been told. */
  ofText(text: string, policyType: PolicyType): CompiledPolicy | undefined
  /** An AWS managed policy's version. `text` is asked for only where it is not compiled yet. */
  ofAws(arn: string, text: () => string | undefined): CompiledPolicy | undefined
  /** The text that a policy of these was compiled from. */
  textOf(policy: CompiledPolicy): string | undefined
}

export interface CompiledPoliciesOptions {
  readonly partition: string
  /** A stored policy that does not parse: a defect of ours or of the data. */
  readonly report: (message: string) => void
  /** UTF-16 code units of all texts kept. Default 64 Mi, some 10,000 policies of full size. */
  readonly textCharsMax?: number
}

const textCharsMaxDefault = 67_108_864

/** Denies whatever is asked: stands for a policy whose own Denies are unknown. */
export const denyAll: CompiledPolicy = compilePolicy({
  version: '2012-10-17',
  statements: [{ effect: 'Deny', actions: ['*'], resources: ['*'], conditions: [] }],
})

/** Matches nobody and nothing: the trust policy of a role that does not exist. */
export const allowNothing: CompiledPolicy = compilePolicy({ version: '2012-10-17', statements: [] })

/** A stored text as decisions read it. */
export function parseStored(text: string, policyType: PolicyType, partition: string): ParseResult {
  // One of a role or resource names unique ids; older versions may have come in by an import.
  const savedForm = policyType === 'trustPolicy' || policyType === 'resourcePolicy'
  const options = { partition, savedForm, anyVersion: true }
  return parsePolicy(text, policyType, options)
}

/** An AWS managed policy as decisions read it. */
export function parseAws(text: string): ParseResult {
  const options = { partition: 'aws', awsManaged: true, anyVersion: true }
  return parsePolicy(text, 'identityPolicy', options)
}

/** The least recently used go first once the texts pass the bound. */
export function createCompiledPolicies(options: CompiledPoliciesOptions): CompiledPolicies {
  const { partition, report, textCharsMax = textCharsMaxDefault } = options
  const kept = new Map<string, { readonly policy: CompiledPolicy; readonly chars: number }>()
  const texts = new WeakMap<CompiledPolicy, () => string | undefined>()
  let chars = 0

  function keep(key: string, policy: CompiledPolicy, size: number): CompiledPolicy {
    kept.set(key, { policy, chars: size })
    chars += size
    for (const [oldest, entry] of kept) {
      if (chars <= textCharsMax || oldest === key) break
      kept.delete(oldest)
      chars -= entry.chars
    }
    return policy
  }

  function found(key: string): CompiledPolicy | undefined {
    const entry = kept.get(key)
    if (!entry) return undefined
    kept.delete(key) // Set anew, it is the youngest: a Map keeps the order of insertion.
    kept.set(key, entry)
    return entry.policy
  }

  function reportProblem(what: string, { message, line, column }: Problem): undefined {
    report(`${what} does not parse at ${line}:${column}: ${message}`)
    return undefined
  }

  return {
    ofText(text, policyType) {
      const key = `${policyType}\n${text}`
      const policy = found(key)
      if (policy) return policy
      const parsed = parseStored(text, policyType, partition)
      if (!parsed.ok) return reportProblem(`A stored ${policyType}`, parsed.problems[0])
      const compiled = compilePolicy(parsed.document)
      texts.set(compiled, () => text)
      return keep(key, compiled, key.length)
    },

    ofAws(arn, text) {
      const policy = found(arn)
      if (policy) return policy
      const document = text()
      if (document === undefined) {
        report(`${arn} is attached, but not among the AWS managed policies`)
        return undefined
      }
      const parsed = parseAws(document)
      if (!parsed.ok) return reportProblem(arn, parsed.problems[0])
      const compiled = compilePolicy(parsed.document)
      texts.set(compiled, text)
      return keep(arn, compiled, document.length)
    },

    textOf: (policy) => texts.get(policy)?.(),
  }
}
