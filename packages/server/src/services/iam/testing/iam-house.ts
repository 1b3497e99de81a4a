/** IAM as its administrator sees it, for tests: the real store and engine, without a wire. */
import type { Check, GateScope } from '@bailiwick/gateway'
import type { IamOperations } from '@bailiwick/wire'
import { expect } from 'vitest'
import { managementAccountId, openDeployment } from '../../../testing/deployment.ts'
import type { Credentials, DeploymentOptions } from '../../../testing/deployment.ts'
import { iamOperations } from '../index.ts'

type Operations = IamOperations
type Name = keyof Operations & string

export const accountId = managementAccountId
export const otherAccountId = '444455556666'
export const document =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

export function arn(resource: string): string {
  return `arn:aws:iam::${accountId}:${resource}`
}

export async function openIam(options: DeploymentOptions = {}) {
  const deployment = await openDeployment(options)
  const root = await deployment.root(accountId)

  /** What the operation answers the root user. */
  function iam<N extends Name>(name: N, input: Operations[N]['input'], as: Credentials = root) {
    return deployment.call(as, 'iam', name, input as never) as Promise<Operations[N]['output']>
  }

  /** The operation must fail with this code and message. */
  async function refuses<N extends Name>(
    name: N,
    input: Operations[N]['input'],
    code: string,
    message: string,
    as: Credentials = root,
  ): Promise<void> {
    await expect(iam(name, input, as)).rejects.toMatchObject({ code, message })
  }

  /** What the operation declares to be checked. */
  async function checks<N extends Name>(
    name: N,
    input: Operations[N]['input'],
    as: Credentials = root,
  ): Promise<readonly Check[]> {
    const operation = iamOperations.get(name)
    if (!operation) throw new Error(`no operation ${name}`)
    const caller = await deployment.callerOf(as)
    const now = deployment.clock.now
    const gate: GateScope = { caller, requestId: 'test', now, region: 'us-east-1' }
    return deployment.scopes.read(gate, async (scope) => {
      const resolved: unknown = await operation.resolve(input, scope)
      return operation.authorize(input, scope, resolved)
    })
  }

  return { deployment, root, iam, refuses, checks }
}

export type Iam = Awaited<ReturnType<typeof openIam>>
