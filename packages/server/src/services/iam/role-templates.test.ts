import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { arn, openIam } from './testing/iam-house.ts'

// Goal: no role template is known, so none is found, and whoever may not ask is not told even that.
// Source: IAM API Reference, GetRoleTemplateVersion and AcquireRole; the wordings are ours.
const TemplateArn = 'arn:aws:iam::aws:role-template/x.amazonaws.com/T:1'
const names = ['GetRoleTemplateVersion', 'AcquireRole'] as const

for (const name of names) {
  test(`${name}: no such template`, async () => {
    const { refuses } = await openIam()
    const message = `The role template ${TemplateArn} cannot be found.`
    await refuses(name, { TemplateArn }, 'NoSuchEntity', message)
  })

  const invalid = [
    'x',
    arn('role/R'),
    arn('role-template/x/T:1'),
    TemplateArn.replace(':1', ''),
    TemplateArn.replace('aws:', 'aws-cn:'),
    TemplateArn.replace('/T', `/${'T'.repeat(2048)}`),
  ]
  for (const [index, given] of invalid.entries()) {
    test(`${name}: no template’s ARN (${String(index)})`, async () => {
      const { refuses } = await openIam()
      const message = `${given} is not the ARN of a role template.`
      await refuses(name, { TemplateArn: given }, 'InvalidInput', message)
    })
  }

  test(`${name}: refused before that is said`, async () => {
    const { deployment, root, iam } = await openIam()
    const ann = await userWith(deployment, root, 'Ann')
    await expect(iam(name, { TemplateArn }, ann)).rejects.toThrow('AccessDenied')
  })
}

test('acquiring a role is creating one, from that template', async () => {
  const { deployment, root, checks, iam } = await openIam()
  expect(await checks('AcquireRole', { TemplateArn })).toEqual([
    {
      action: 'iam:CreateRole',
      resourceArn: arn('role/*'),
      contextKeys: { 'iam:RoleTemplateARN': TemplateArn },
    },
  ])
  const allowed = policy({
    ...{ Effect: 'Allow', Action: 'iam:CreateRole', Resource: '*' },
    Condition: { ArnEquals: { 'iam:RoleTemplateARN': TemplateArn } },
  })
  const ann = await userWith(deployment, root, 'Ann', allowed)
  await expect(iam('AcquireRole', { TemplateArn }, ann)).rejects.toThrow('cannot be found')
  const other = { TemplateArn: TemplateArn.replace('/T', '/U') }
  await expect(iam('AcquireRole', other, ann)).rejects.toThrow('AccessDenied')
})
