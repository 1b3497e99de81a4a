import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { missing, openDelegation } from './testing/delegation-house.ts'
import { accountId, arn, document, otherAccountId } from './testing/iam-house.ts'

// Goal: what a request asks for is shown to its owner: in words, as boundaries, and against what the
// owner has. Source: IAM API Reference, GetDelegationRequest and GetHumanReadableSummary; the words
// are ours.

test('the roles that a policy lets be made show their boundary', async () => {
  const { owner, iam, create, as } = await openDelegation()
  const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const PolicyDocument = policy({
    ...{ Effect: 'Allow', Action: 'iam:CreateRole', Resource: '*' },
    Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
  })
  await iam('CreatePolicy', { PolicyName: 'Roles', PolicyDocument })
  const id = await create({ Permissions: { PolicyTemplateArn: arn('policy/Roles') } })
  expect((await as(owner).get(id))?.RolePermissionRestrictionArns).toEqual([boundary])
})

test('the summary says what is asked for, in English', async () => {
  const { iam, owner, create, refuses } = await openDelegation()
  const { DelegationRequestId } = await create({ SessionDuration: 5400 })
  const EntityArn = `arn:aws:iam::${otherAccountId}:delegation-request/${DelegationRequestId}`
  const SummaryContent = [
    `Account ${accountId} asks for temporary permissions: Set up the product`,
    'They last 1 hour 30 minutes from when the token is sent.',
    'They allow s3:GetObject, s3:PutObject on arn:aws:s3:::customer-data/*.',
  ].join('\n')
  const summary = (more: object) => iam('GetHumanReadableSummary', { EntityArn, ...more }, owner)
  const available = { SummaryState: 'AVAILABLE', SummaryContent }
  expect(await summary({})).toEqual({ ...available, Locale: 'en' })
  expect(await summary({ Locale: 'en_US' })).toEqual({ ...available, Locale: 'en_US' })
  const unsupported = { SummaryState: 'NOT_SUPPORTED', SummaryContent: '', Locale: 'de' }
  expect(await summary({ Locale: 'de' })).toEqual(unsupported)
  const name = 'GetHumanReadableSummary'
  for (const other of [arn('user/x'), EntityArn.replace(otherAccountId, '777788889999')]) {
    const message = `${other} is not the ARN of a delegation request.`
    await refuses(name, { EntityArn: other }, 'InvalidInput', message, owner)
  }
  const none = { DelegationRequestId: 'none-at-all-of-this' }
  const input = { EntityArn: EntityArn.replace(DelegationRequestId, none.DelegationRequestId) }
  await refuses(name, input, 'NoSuchEntity', missing(none), owner)
})

const checked: readonly [result: string, policyOfAnn: string][] = [
  ['ALLOWED', document],
  ['ALLOWED', policy({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::customer-*' })],
  ['UNSURE', policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })],
  [
    'DENIED',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
      ],
    }),
  ],
]

for (const [result, policyOfAnn] of checked) {
  test(`the permission check is ${result} with ${policyOfAnn}`, async () => {
    const { deployment, owner, iam, create } = await openDelegation()
    const getting = policy({ Effect: 'Allow', Action: 'iam:GetDelegationRequest', Resource: '*' })
    const ann = await userWith(deployment, owner, 'Ann', policyOfAnn)
    const more = { UserName: 'Ann', PolicyName: 'Getting', PolicyDocument: getting }
    await iam('PutUserPolicy', more, owner)
    const input = { ...(await create()), DelegationPermissionCheck: true }
    expect(await iam('GetDelegationRequest', input, ann)).toMatchObject({
      PermissionCheckStatus: 'COMPLETE',
      PermissionCheckResult: result,
    })
  })
}
