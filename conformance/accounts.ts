/** A second account of a server's, through its own APIs. */
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, vi } from 'vitest'
import { adminKey, type RunningServer } from './server.ts'

export interface SessionKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** The session of a role, assumed by the first administrator. */
export async function assumeRole({ url }: RunningServer, RoleArn: string): Promise<SessionKey> {
  const sts = new STSClient({ endpoint: url, region: 'us-east-1', credentials: adminKey })
  const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
  sts.destroy()
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {}
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
}

/** Makes an account, and gives its administrator's session. */
export async function administratorOfAnother(server: RunningServer): Promise<SessionKey> {
  const at = { endpoint: server.url, region: 'us-east-1', credentials: adminKey }
  const organizations = new OrganizationsClient(at)
  await organizations.send(new CreateOrganizationCommand({}))
  const created = await organizations.send(
    new CreateAccountCommand({ AccountName: 'second', Email: 'second@example.com' }),
  )
  const CreateAccountRequestId = created.CreateAccountStatus?.Id
  const asked = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId })
  const account = await vi.waitFor(async () => {
    const { CreateAccountStatus: status } = await organizations.send(asked)
    expect(status?.State).toBe('SUCCEEDED')
    return status?.AccountId ?? ''
  })
  organizations.destroy()
  return assumeRole(server, `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`)
}
