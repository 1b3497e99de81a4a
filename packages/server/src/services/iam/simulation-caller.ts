/** Who a simulated request is by. */
import { assumedRoleArn, iamArn, parseArn } from '../../domain/arn.ts'
import type { KnownPrincipal } from '../../domain/held-policy.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { parseHolderArn } from './policy-source.ts'

/** Of a role nobody has assumed, and of nobody in particular: never the name of a real one. */
const simulatedName = 'PolicySimulator'

/** Nobody in particular, of the account: what group policies and texts are simulated for. */
export function anyoneOf(scope: Pick<Scope, 'partition' | 'accountId'>): KnownPrincipal {
  const { accountId } = scope
  // No user has this name: `/` is not among a name's characters.
  const arn = iamArn(scope, 'user', '/', `${simulatedName}//`)
  return {
    principal: { kind: 'user', accountId, arn, userId: '' },
    contextKeys: new Map([['aws:principalaccount', accountId]]),
    inManagementAccount: false,
  }
}

/**
 * The user, group or role of CallerArn, who need not exist: nothing of it is looked up, so that
 * nobody learns what they may not read. Errors: InvalidInput for any other ARN.
 * Source: IAM API Reference, SimulateCustomPolicy; recorded wording.
 */
export function hypotheticalCaller(callerArn: string): KnownPrincipal {
  const caller = parseHolderArn(callerArn)
  const partition = parseArn(callerArn)?.partition
  if (!caller || partition === undefined) {
    const message = 'Invalid caller - Caller must be an IAM user, role or group in this context.'
    throw new ApiError('InvalidInput', message)
  }
  const { kind, accountId, path, name } = caller
  const scope = { partition, accountId }
  if (kind === 'group') return anyoneOf(scope)
  const keys = [
    ['aws:principalarn', callerArn],
    ['aws:principalaccount', accountId],
    ['aws:principaltype', kind === 'user' ? 'User' : 'AssumedRole'],
  ] as const
  if (kind === 'user') {
    return {
      principal: { kind, accountId, arn: callerArn, userId: '' },
      contextKeys: new Map([...keys, ['aws:username', name]]),
      inManagementAccount: false,
    }
  }
  const arn = assumedRoleArn(scope, name, simulatedName)
  const serviceLinked = path.startsWith('/aws-service-role/')
  const role = { roleArn: callerArn, roleId: '', sessionName: simulatedName, serviceLinked }
  return {
    principal: { kind: 'roleSession', accountId, arn, ...role },
    contextKeys: new Map(keys),
    inManagementAccount: false,
  }
}
