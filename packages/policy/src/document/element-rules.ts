/** Which elements a policy of each type may, must and must not have, as one table. */
import type { PolicyType } from '../authorization.ts'

export interface ElementRules {
  readonly principal: 'forbidden' | 'required' | 'anyOnly'
  readonly notPrincipal: 'forbidden' | 'denyOnly' | 'allowed'
  /** `stsOnly`: names of STS or `*`. `notBareStar`: each with a service prefix. */
  readonly action: 'allowed' | 'stsOnly' | 'notBareStar'
  readonly notAction: 'allowed' | 'forbidden'
  readonly resource: 'required' | 'forbidden'
  readonly effect: 'both' | 'denyOnly'
  readonly sid: RegExp
  /** `current`: 2012-10-17 and nothing else. */
  readonly version: 'any' | 'current'
  /** `iam`: every check of CreatePolicy on the form of an ARN. `lenient`: an ARN or `*`. */
  readonly resourceFormat: 'iam' | 'lenient'
}

/** Letters and digits, as IAM demands; other services allow a few more. */
const iamSid = /^[A-Za-z0-9]*$/
const resourceSid = /^[A-Za-z0-9 _-]*$/

const identity: ElementRules = {
  principal: 'forbidden',
  notPrincipal: 'forbidden',
  action: 'allowed',
  notAction: 'allowed',
  resource: 'required',
  effect: 'both',
  sid: iamSid,
  version: 'current',
  resourceFormat: 'iam',
}

const resource: ElementRules = {
  ...identity,
  principal: 'required',
  notPrincipal: 'denyOnly',
  sid: resourceSid,
  version: 'any',
  resourceFormat: 'lenient',
}

/**
 * Sources: IAM User Guide, "IAM JSON policy element reference", and the syntax pages of control,
 * session and endpoint policies. Chosen by us: session policies may be of version 2008-10-17.
 */
export const elementRules: Readonly<Record<PolicyType, ElementRules>> = {
  identityPolicy: identity,
  permissionsBoundary: identity,
  sessionPolicy: { ...identity, version: 'any' },
  resourcePolicy: resource,
  trustPolicy: {
    ...resource,
    notPrincipal: 'forbidden',
    action: 'stsOnly',
    resource: 'forbidden',
    sid: iamSid,
  },
  serviceControlPolicy: { ...identity, resourceFormat: 'lenient' },
  resourceControlPolicy: {
    ...identity,
    principal: 'anyOnly',
    action: 'notBareStar',
    notAction: 'forbidden',
    effect: 'denyOnly',
    resourceFormat: 'lenient',
  },
  endpointPolicy: { ...resource, notPrincipal: 'allowed' },
}
