import { contextKeysOf } from '@bailiwick/policy'
import type { PolicyText } from '@bailiwick/policy'
import { readOperation } from '../operation.ts'
import {
  allHeld,
  existingPolicySource,
  findPolicySource,
  policySourceCheck,
} from './policy-source.ts'
import { inputPolicies } from './simulation-policies.ts'

/**
 * Each key once: chosen by us. AWS repeats a key for each policy and spelling. A policy that cannot
 * be read asks for nothing.
 */
function contextKeyNames(policies: readonly { readonly policy: PolicyText | undefined }[]) {
  const documents = policies.flatMap(({ policy }) => (policy ? [policy.document] : []))
  return { ContextKeyNames: contextKeysOf(documents) }
}

/**
 * iam:GetContextKeysForCustomPolicy: what the policies handed in ask for. Errors: InvalidInput.
 * Source: IAM API Reference, GetContextKeysForCustomPolicy.
 */
export const GetContextKeysForCustomPolicy = readOperation('iam', 'GetContextKeysForCustomPolicy', {
  authorize: () => ({ resourceArn: '*' }),
  handle: ({ PolicyInputList }, scope) =>
    Promise.resolve(contextKeyNames(inputPolicies(scope, PolicyInputList))),
})

/**
 * iam:GetContextKeysForPrincipalPolicy: the same of a principal's policies, its groups' and its
 * boundary, and of those handed in. Errors: InvalidInput, NoSuchEntity.
 * Source: IAM API Reference, GetContextKeysForPrincipalPolicy; that the boundary counts is recorded.
 */
export const GetContextKeysForPrincipalPolicy = readOperation(
  'iam',
  'GetContextKeysForPrincipalPolicy',
  {
    resolve: ({ PolicySourceArn }, scope) => findPolicySource(scope, PolicySourceArn),
    authorize: ({ PolicySourceArn }, scope, found) =>
      policySourceCheck(scope, PolicySourceArn, found),

    async handle({ PolicySourceArn, PolicyInputList }, scope, found) {
      const holder = existingPolicySource(scope, PolicySourceArn, found)
      const held = allHeld(await scope.heldPolicies(holder))
      return contextKeyNames([...held, ...inputPolicies(scope, PolicyInputList)])
    },
  },
)
