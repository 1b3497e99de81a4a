import { expect, test } from 'vitest'
import { policyCommand } from './policy.ts'

// Goal: the offline commands as CI uses them: what they print, and how they end.
const allow = (Action: string, Resource = '*', more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
  })

const files: Readonly<Record<string, string>> = {
  'good.json': allow('s3:GetObject', 'arn:aws:s3:::b/*'),
  'star.json': allow('iam:PassRole'),
  'broken.json': '{',
  'bucket.json': allow('s3:GetObject', 'arn:aws:s3:::b/*', { Principal: { AWS: '111122223333' } }),
  'mfa.json': allow('s3:GetObject', 'arn:aws:s3:::b/*', {
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  }),
  'tags.json': allow('ecs:StopTask', '*', {
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
  }),
}

async function bailiwick(...args: string[]) {
  let out = ''
  let code = -1
  const terminal = {
    out: (text: string) => (out += text),
    error: (text: string) => (out += text),
    readText: (path: string) => {
      const text = files[path]
      if (text === undefined) throw new Error('no such file')
      return text
    },
    now: () => new Date('2026-11-23T12:00:00Z'),
  }
  const command = policyCommand(terminal, (exitCode) => (code = exitCode))
  await command.parseAsync(args, { from: 'user' })
  return { out, code }
}

const decideArgs = ['decide', '--action', 's3:GetObject', '--on', 'arn:aws:s3:::b/k']
const rows: readonly [what: string, args: string[], code: number, words: string][] = [
  ['a clean file', ['validate', 'good.json'], 0, 'no findings'],
  ['a security warning', ['validate', 'star.json'], 1, 'PASS_ROLE_WITH_STAR_IN_RESOURCE'],
  ['only errors fail', ['validate', '--fail-on', 'error', 'star.json'], 0, 'PASS_ROLE'],
  ['not JSON', ['validate', 'broken.json'], 1, 'broken.json:1:2'],
  ['a file that is not there', ['validate', 'none.json'], 2, 'cannot read none.json'],
  ['JSON', ['validate', '--json', 'star.json'], 1, '"code": "PASS_ROLE_WITH_STAR_IN_RESOURCE"'],
  ['what the gate cannot know', ['validate', 'tags.json'], 1, 'CONDITION_KEY_NOT_KNOWN'],
  ['SARIF', ['validate', '--sarif', 'star.json'], 1, '"startLine": 1'],
  ['allowed', [...decideArgs, '--identity', 'good.json'], 0, 'allowed'],
  ['denied', [...decideArgs, '--identity', 'star.json'], 1, 'no identity policy allows it'],
  ['a condition not met', [...decideArgs, '--identity', 'mfa.json'], 1, 'implicitDeny'],
  [
    'a condition met',
    [...decideArgs, '--identity', 'mfa.json', '--context', 'aws:MultiFactorAuthPresent=true'],
    0,
    'allowed',
  ],
  [
    'cross-account, one side',
    [...decideArgs, '--identity', 'good.json', '--resource-account', '444455556666'],
    1,
    'no resource policy allows it',
  ],
  [
    'cross-account, both sides',
    [
      ...decideArgs,
      '--identity',
      'good.json',
      '--resource',
      'bucket.json',
      '--resource-account',
      '444455556666',
    ],
    0,
    'decided by bucket.json',
  ],
  [
    'explained',
    [...decideArgs, '--identity', 'mfa.json', '--explain'],
    1,
    'the request has no aws:MultiFactorAuthPresent',
  ],
  [
    'explained in JSON',
    [...decideArgs, '--identity', 'mfa.json', '--explain', '--json'],
    1,
    '"missingContextKeys"',
  ],
  ['a principal that is none', [...decideArgs, '--principal', 'ann'], 2, '--principal ann'],
  ['a context entry without =', [...decideArgs, '--context', 'a'], 2, 'write key=value'],
]
for (const [what, args, code, words] of rows) {
  test(`policy ${args[0] ?? ''}: ${what}`, async () => {
    const outcome = await bailiwick(...args)
    expect(outcome.out).toContain(words)
    expect(outcome.code).toBe(code)
  })
}
