import type { PolicyType } from '../authorization.ts'
import type { ElementRules } from './element-rules.ts'

export interface ParseOptions {
  /**
   * A trust or resource policy as it is saved: unique ids (AIDA…, AROA…) stand in place of the
   * ARNs of users and roles. In a policy that somebody hands in they are refused, as AWS does with
   * the ids of what is gone. Default false.
   */
  readonly savedForm?: boolean
  /**
   * AWS's own policies may do what a customer's may not: RCPFullAWSAccess allows, and
   * AWSSupportServiceRolePolicy is longer than the API takes. Default false.
   */
  readonly awsManaged?: boolean
  /** Take 2008-10-17, and no Version, in every policy type: simulations, imports. Default false. */
  readonly anyVersion?: boolean
  /** The deployment's partition: an ARN of another one is refused. Default `aws`. */
  readonly partition?: string
}

/** What every check is told besides the statement. */
export interface CheckContext {
  readonly policyType: PolicyType
  readonly rules: ElementRules
  readonly options: Required<ParseOptions>
}
