/**
 * A partner's user enters a role of another account, with an external id. Both accounts must agree,
 * and the external id must be right. Needs a running Bailiwick and its administrator in the
 * environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/cross-account.ts
 */
import { ListRolesCommand } from '@aws-sdk/client-iam'
import {
  administratorOf,
  assume,
  iamAs,
  identityOf,
  keyOf,
  makeAccount,
  makeRole,
  makeUser,
  refused,
  say,
  show,
  stsAs,
  userMay,
} from '../walk.ts'

say('Two accounts: the partner’s, where dana is, and the customer’s')
const dana = await makeUser('dana')
const asDana = stsAs(await keyOf('dana'))
const customer = await makeAccount('customer')
const atCustomer = iamAs(await administratorOf(customer))
show(`${dana}, and account ${customer}`)

say('At the customer’s, a role for dana if she knows the external id, and one for others')
const mayList = { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }
const audit = await makeRole(
  'audit',
  {
    trust: {
      Effect: 'Allow',
      Principal: { AWS: dana },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'customer-4711' } },
    },
    may: [mayList],
  },
  { iam: atCustomer },
)
const toOthers = {
  trust: { Effect: 'Allow', Principal: { AWS: customer }, Action: 'sts:AssumeRole' },
}
const internal = await makeRole('internal', toOthers, { iam: atCustomer })
const ExternalId = 'customer-4711'
const no = `User: ${dana} is not authorized to perform: sts:AssumeRole on resource: `

say('Dana’s own account has not said that she may: refused')
await refused(no + audit, assume(asDana, audit, { ExternalId }))

say('Now it has. The customer did not let her into the other role: refused')
await userMay('dana', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [audit, internal] })
await refused(no + internal, assume(asDana, internal, { ExternalId }))

say('Without the external id, or with another customer’s: refused')
await refused(no + audit, assume(asDana, audit))
await refused(no + audit, assume(asDana, audit, { ExternalId: 'customer-4712' }))

say('Both sides agree, and the external id is right')
const session = await assume(asDana, audit, { ExternalId })
show((await identityOf(stsAs(session))).arn)
const { Roles } = await iamAs(session).send(new ListRolesCommand({}))
show((Roles ?? []).map((role) => role.Arn).join('\n'))
if (!Roles?.every((role) => role.Arn?.includes(`::${customer}:`))) {
  throw new Error('a session of the customer’s role saw roles of another account')
}
say('Done: two accounts and an external id had to agree.')
