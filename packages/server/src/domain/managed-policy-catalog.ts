/** An AWS managed policy: in every account, of no account, and not to be changed. */
export interface AwsManagedPolicy {
  /** Derived from the ARN: the public data has none. */
  readonly policyId: string
  readonly policyName: string
  /** `/`, `/job-function/`, `/service-role/`, `/aws-service-role/` … */
  readonly path: string
  /** `arn:aws:iam::aws:policy/…`, in the deployment's partition. */
  readonly arn: string
  readonly defaultVersionId: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly description?: string
}

/** The policies AWS publishes, decoded one by one as they are asked for. */
export interface ManagedPolicyCatalog {
  readonly count: number
  byArn(arn: string): AwsManagedPolicy | undefined
  byId(policyId: string): AwsManagedPolicy | undefined
  /** In name order, ignoring case; `after` is a name, exclusive. */
  list(request: {
    readonly pathPrefix?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  }): readonly AwsManagedPolicy[]
  /** Text of a version; the default one where none is named. Undefined: no such version is kept. */
  document(arn: string, versionId?: string): string | undefined
  versionIds(arn: string): readonly string[]
}

/**
 * The id of AdministratorAccess, which every first administrator is attached to.
 * Throws where the catalog lacks it: an administrator without policies would be none.
 */
export function administratorPolicyId(catalog: ManagedPolicyCatalog, partition: string): string {
  const arn = `arn:${partition}:iam::aws:policy/AdministratorAccess`
  const policy = catalog.byArn(arn)
  if (!policy) throw new Error(`${arn} is not among the AWS managed policies`)
  return policy.policyId
}
