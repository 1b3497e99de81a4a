/** What can be wrong with a policy text, and AWS's words for it, by policy type. */
import type { PolicyType } from '../authorization.ts'

/**
 * Whose words a policy type is refused in. Permissions boundaries are managed policies, and session
 * policies are read as identity policies; Organizations has one message for everything.
 */
export type Wording = 'identity' | 'trust' | 'resource' | 'organizations'

export const wordingOf: Readonly<Record<PolicyType, Wording>> = {
  identityPolicy: 'identity',
  permissionsBoundary: 'identity',
  sessionPolicy: 'identity',
  trustPolicy: 'trust',
  resourcePolicy: 'resource',
  endpointPolicy: 'resource',
  serviceControlPolicy: 'organizations',
  resourceControlPolicy: 'organizations',
}

/** A fault found, before it is worded: a code, where it is, and what the wording quotes. */
export interface Finding {
  readonly code: ProblemCode
  readonly offset: number
  /** The field, value or type that the message quotes. */
  readonly detail?: string
}

/** A message, or one made from the finding's detail. */
type Message = string | ((detail: string) => string)
type Messages = readonly [identity: Message, trust: Message, resource: Message]

const syntax = 'Syntax errors in policy.'
const invalidJson = 'This policy contains invalid Json'
const invalidJsonResource = "Policies must be valid JSON and the first byte must be '{'"
const invalidSyntaxResource = 'Invalid policy syntax.'
const legacy = 'The policy failed legacy parsing'
const sidNotAlphanumeric =
  'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*'
const noPrincipals =
  'Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a statement with no principals!'
const resourceInvalid = 'Policy has invalid resource'
const actionInvalid = 'Policy has invalid action'
const principalInvalid = 'Invalid principal in policy'
const trustActionsOnly = 'AssumeRole policy may only specify STS AssumeRole actions.'
const missing = (field: string) => `Missing required field ${field}`
const unknownField = (field: string) => `Unknown field ${field}`
const quoted = (detail: string) => detail

/**
 * Sources: identity, recorded from AWS; trust and resource, user reports where there are any.
 * Chosen by us, AWS's words not being public: the columns of conflicting, duplicate and wrongly
 * typed elements in trust and resource policies, and every column of what no policy of AWS's has
 * ever been seen to be refused for (too deep, outside the character set).
 */
const messages = {
  DocumentTooLong: [syntax, invalidJson, invalidJsonResource],
  DocumentTooDeep: [syntax, invalidJson, invalidJsonResource],
  InvalidCharacter: [syntax, invalidJson, invalidJsonResource],
  InvalidJson: [syntax, invalidJson, invalidJsonResource],
  NotAnObject: [syntax, invalidJson, invalidJsonResource],
  UnknownField: [syntax, unknownField, unknownField],
  DuplicateField: [syntax, syntax, invalidSyntaxResource],
  WrongType: [syntax, syntax, invalidSyntaxResource],
  UnknownOperator: [syntax, syntax, (operator) => `Invalid Condition type : ${operator}`],
  ConflictingFields: [syntax, syntax, invalidSyntaxResource],
  InvalidVersion: [
    syntax,
    'The policy must contain a valid version string',
    'The policy must contain a valid version string',
  ],
  StatementMissing: [syntax, missing, missing],
  StatementEmpty: [
    syntax,
    'Could not parse the policy: Statement is empty!',
    'Could not parse the policy: Statement is empty!',
  ],
  EffectMissing: [syntax, missing, missing],
  InvalidEffect: [
    syntax,
    (effect) => `Invalid effect: ${effect}`,
    (effect) => `Invalid effect: ${effect}`,
  ],
  VersionRequired: [
    'Policy document must be version 2012-10-17 or greater.',
    'The policy must contain a valid version string',
    'The policy must contain a valid version string',
  ],
  LegacyParsing: [legacy, legacy, resourceInvalid],
  InvalidDate: [legacy, syntax, invalidSyntaxResource],
  InvalidSid: [sidNotAlphanumeric, sidNotAlphanumeric, invalidSyntaxResource],
  DuplicateSid: [
    'Statement IDs (SID) in a single policy must be unique.',
    'The Statement Ids in the policy are not unique',
    'The Statement Ids in the policy are not unique',
  ],
  ProhibitedPrincipal: ['Policy document should not specify a principal.', syntax, syntax],
  PrincipalMissing: [syntax, missing, missing],
  PrincipalEmpty: [
    syntax,
    'Missing required field Principal cannot be empty!',
    'Missing required field Principal cannot be empty!',
  ],
  PrincipalStar: [
    syntax,
    'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
    principalInvalid,
  ],
  PrincipalNotObject: [syntax, 'Principal must be a JSON object.', principalInvalid],
  NoPrincipals: [syntax, noPrincipals, principalInvalid],
  InvalidPrincipal: [
    syntax,
    (principal) => `Invalid principal in policy: ${principal}`,
    principalInvalid,
  ],
  InvalidFederatedPrincipal: [
    syntax,
    'Federated principals must be valid domain names or SAML metadata ARNs',
    principalInvalid,
  ],
  AllowWithNotPrincipal: [
    syntax,
    'Allow with NotPrincipal is not allowed.',
    'Allow with NotPrincipal is not allowed.',
  ],
  ProhibitedNotPrincipal: [
    'Policy document should not specify a principal.',
    'AssumeRole policy must not contain NotPrincipal field.',
    syntax,
  ],
  ActionMissing: ['Policy statement must contain actions.', missing, missing],
  ResourceFormat: [quoted, quoted, resourceInvalid],
  ActionFormat: [quoted, trustActionsOnly, actionInvalid],
  ActionNotAllowed: [syntax, trustActionsOnly, actionInvalid],
  EffectNotAllowed: [syntax, syntax, syntax],
  ResourceMissing: ['Policy statement must contain resources.', missing, missing],
  ProhibitedResource: [syntax, 'Has prohibited field Resource', syntax],
  ProhibitedNotResource: [syntax, 'AssumeRole policy must not contain resources.', syntax],
  ProhibitedField: [syntax, syntax, syntax],
  CognitoConditionMissing: [
    syntax,
    'A condition block must be present for the Cognito provider',
    syntax,
  ],
  IdentityProviderControlMissing: [
    syntax,
    (key) => `The trust policy must evaluate ${key} with a value that is not only wildcards`,
    syntax,
  ],
} as const satisfies Readonly<Record<string, Messages>>

export type ProblemCode = keyof typeof messages

/** Organizations API Reference, MalformedPolicyDocumentException: the one message it has. */
const organizationsMessage =
  'The provided policy document does not meet the requirements of the specified policy type.'

/** AWS's words for a finding in a policy of this type. */
export function problemMessage(finding: Finding, policyType: PolicyType): string {
  const wording = wordingOf[policyType]
  if (wording === 'organizations') return organizationsMessage
  const [identity, trust, resource]: Messages = messages[finding.code]
  const message = { identity, trust, resource }[wording]
  return typeof message === 'string' ? message : message(finding.detail ?? '')
}
