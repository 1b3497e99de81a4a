/** Users, groups and roles, as rows that are written once for all three know them. */
import type { AnyRow } from '../row.ts'
import type { World } from '../world.ts'

export interface Holder {
  readonly kind: 'User' | 'Group' | 'Role'
  /** Names it in an input. */
  readonly named: object
  readonly make: (world: World) => Promise<unknown>
  /** The error of a change to what AWS alone may change. */
  readonly protectedErrors: (input: object) => AnyRow['errors']
}

export const AssumeRolePolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
})

const RoleName = 'r'

export const role = ({ iam }: World) => iam('CreateRole', { RoleName, AssumeRolePolicyDocument })

/** A role that AWS alone may change, named in an input. */
export async function protectedRole<I extends object>({ iam }: World, input: I) {
  const AWSServiceName = 'batch.amazonaws.com'
  const { Role } = await iam('CreateServiceLinkedRole', { AWSServiceName })
  return { ...input, RoleName: Role?.RoleName }
}

function ofProtectedRole(input: object): AnyRow['errors'] {
  return { UnmodifiableEntity: (world) => protectedRole(world, input) }
}

export const holders: readonly Holder[] = [
  {
    kind: 'User',
    named: { UserName: 'ann' },
    make: ({ iam }) => iam('CreateUser', { UserName: 'ann' }),
    protectedErrors: () => ({}),
  },
  {
    kind: 'Group',
    named: { GroupName: 'g' },
    make: ({ iam }) => iam('CreateGroup', { GroupName: 'g' }),
    protectedErrors: () => ({}),
  },
  { kind: 'Role', named: { RoleName }, make: role, protectedErrors: ofProtectedRole },
]
