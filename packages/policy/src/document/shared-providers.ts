/**
 * Identity providers that many customers share, and what a trust policy must say about them.
 * Source: IAM User Guide, "Identity-provider controls for shared OIDC providers".
 */
import type { StatementDraft } from './draft.ts'
import type { Finding } from './problem.ts'

const cognito = 'cognito-identity.amazonaws.com'

/** Provider (the end of its ARN) → the keys of which one must be tested. */
const requiredKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['agent.buildkite.com', ['agent.buildkite.com:sub']],
  ['oidc.codefresh.io', ['oidc.codefresh.io:sub']],
  ['studio.datachain.ai/api', ['studio.datachain.ai/api:sub']],
  [
    'token.actions.githubusercontent.com',
    [
      'token.actions.githubusercontent.com:sub',
      'token.actions.githubusercontent.com:job_workflow_ref',
    ],
  ],
  [
    'oidc-configuration.audit-log.githubusercontent.com',
    ['oidc-configuration.audit-log.githubusercontent.com:sub'],
  ],
  ['gitlab.com', ['gitlab.com:sub']],
  ['api.pulumi.com/oidc', ['api.pulumi.com/oidc:aud']],
  ['sandboxes.cloud', ['sandboxes.cloud:aud']],
  ['scalr.io', ['scalr.io:sub']],
  ['tokens.cloud.shisho.dev', ['tokens.cloud.shisho.dev:sub']],
  ['app.terraform.io', ['app.terraform.io:sub']],
  ['proidc.upbound.io', ['proidc.upbound.io:sub']],
  ['oidc.vercel.com', ['oidc.vercel.com:aud']],
])

/** At most one finding: an Allow that trusts a shared provider without saying whose tokens. */
export function sharedProviderFindings(statement: StatementDraft): Finding[] {
  if (statement.effect.value !== 'Allow') return []
  const findings: Finding[] = []
  for (const { type, values } of statement.principal?.entries ?? []) {
    if (type.value !== 'Federated') continue
    for (const { value, offset } of values) {
      if (value === cognito && !tests(statement, `${cognito}:aud`)) {
        findings.push({ code: 'CognitoConditionMissing', offset })
      }
      const provider = value.slice(value.indexOf(':oidc-provider/') + ':oidc-provider/'.length)
      const keys = value.includes(':oidc-provider/') ? (requiredKeys.get(provider) ?? []) : []
      if (keys.length > 0 && !keys.some((key) => tests(statement, key))) {
        findings.push({ code: 'IdentityProviderControlMissing', offset, detail: keys[0] ?? '' })
      }
    }
  }
  return findings
}

/** Whether some condition tests the key with values that all are more than wildcards. */
function tests(statement: StatementDraft, key: string): boolean {
  return statement.conditions.some(
    (condition) =>
      condition.conditionKey.toLowerCase() === key &&
      condition.values.length > 0 &&
      condition.values.every(({ value }) => !/^[*?]*$/.test(value)),
  )
}
