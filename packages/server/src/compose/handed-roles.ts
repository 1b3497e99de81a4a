import type { RunRole } from '@bailiwick/gateway'
import type { SessionTokens } from '../credentials/session-token.ts'
import { iamArn, parseArn, splitResource } from '../domain/arn.ts'
import type { Principals } from '../principals/principals.ts'
import { serviceSession } from '../services/service-session.ts'
import type { Store } from '../store/port.ts'

export interface HandedRolesOptions {
  readonly store: Store
  readonly sessions: SessionTokens
  readonly principals: Pick<Principals, 'lookup' | 'compiledPolicy'>
  readonly partition: string
}

/** As short as a session can be: what it may do is looked at, and nobody gets it. */
const durationSeconds = 900

/** Roles as the services have them that they were handed to: as AssumeRoleForService gives them. */
export function runningRoles(options: HandedRolesOptions): RunRole {
  const { store, sessions, principals, partition } = options
  const { compiledPolicy, lookup } = principals
  return async (handed, now) => {
    const arn = parseArn(handed.arn)
    if (arn?.service !== 'iam') return undefined
    const { name } = splitResource(arn.resource)
    const role = await store.read((reader) => reader.find('role', arn.accountId, name))
    if (role === undefined) return undefined
    const scope = { partition, accountId: arn.accountId }
    if (iamArn(scope, 'role', role.path, role.name) !== handed.arn) return undefined
    const session = serviceSession({ partition, now, sessions, compiledPolicy }, role, {
      servicePrincipal: handed.servicePrincipal,
      sessionName: 'delivery',
      durationSeconds,
      trustKeys: {
        'aws:SourceArn': handed.sourceArn,
        'aws:SourceAccount': handed.sourceAccount,
        'sts:RoleSessionName': 'delivery',
      },
    })
    if (session === undefined) return undefined
    const found = await lookup(session.AccessKeyId, session.SessionToken, now)
    return found.ok ? found.caller : undefined
  }
}
