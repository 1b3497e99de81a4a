/** The form of `Principal` entries. Whether a principal exists is the server's to find out. */

/** The types of a Principal object, as written. */
export const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

export type PrincipalType = (typeof principalTypes)[number]

export function isPrincipalType(type: string): type is PrincipalType {
  return (principalTypes as readonly string[]).includes(type)
}

const accountId = /^\d{12}$/
const domainName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/
/** A user's or role's unique id, which a saved policy has in place of an ARN. */
const uniqueId = /^(AIDA|AROA)[A-Z0-9]{12,124}$/
const arnPrefix = '^arn:[a-z0-9-]+:'
// Names and paths as the models' patterns have them: no wildcard, no colon.
const iamName = '[A-Za-z0-9+=,.@_/-]+'
const principalArn = new RegExp(
  `${arnPrefix}(iam::\\d{12}:(root|user/${iamName}|role/${iamName})` +
    `|sts::\\d{12}:(assumed-role/[A-Za-z0-9+=,.@_-]+/[A-Za-z0-9+=,.@_-]+|federated-user/[A-Za-z0-9+=,.@_-]+))$`,
)
/** CloudFront's own users, known to S3 alone. */
const cloudFrontArn =
  /^arn:[a-z0-9-]+:iam::cloudfront:user\/CloudFront Origin Access Identity [A-Z0-9]+$/
const providerArn = /^arn:[a-z0-9-]+:iam::\d{12}:(saml-provider|oidc-provider)\/[^*?\s]+$/
const canonicalUserId = /^[0-9a-f]{64}$/

export interface PrincipalFormatOptions {
  /** A policy as saved: unique ids stand for users and roles. */
  readonly savedForm: boolean
}

/** Whether a value is well formed for its type. `*` is for the caller to accept. */
export function isPrincipalValue(
  type: PrincipalType,
  value: string,
  options: PrincipalFormatOptions,
): boolean {
  switch (type) {
    case 'AWS':
      if (options.savedForm && uniqueId.test(value)) return true
      return accountId.test(value) || principalArn.test(value) || cloudFrontArn.test(value)
    case 'Service':
      return domainName.test(value)
    case 'Federated':
      return domainName.test(value) || providerArn.test(value)
    case 'CanonicalUser':
      return canonicalUserId.test(value)
  }
}

/** Whether this is what AWS shows of a user or role that is gone: `AIDA…`, `AROA…`. */
export function isUniqueId(value: string): boolean {
  return uniqueId.test(value)
}
