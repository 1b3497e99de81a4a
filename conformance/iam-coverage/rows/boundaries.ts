import { expect } from 'vitest'
import type { RowsByName } from '../row.ts'
import type { World } from '../world.ts'
import { holders, type Holder } from './holder.ts'

const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const ofAService = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy'

/** Rows of users or roles: groups have no boundary. */
function boundaryRows({ kind, named, make, protectedErrors }: Holder): RowsByName {
  const [put, remove] = [`Put${kind}PermissionsBoundary`, `Delete${kind}PermissionsBoundary`] as [
    'PutUserPermissionsBoundary',
    'DeleteUserPermissionsBoundary',
  ]
  const input = { ...named, PermissionsBoundary }
  const made = async (world: World, boundary: string) => {
    await make(world)
    return { ...named, PermissionsBoundary: boundary }
  }
  const boundaryOf = async ({ iam }: World) => {
    const got = await iam(`Get${kind as 'User' | 'Role'}`, named as never)
    const entity = 'User' in got ? got.User : got.Role
    return entity?.PermissionsBoundary?.PermissionsBoundaryArn
  }
  return {
    [put]: {
      refused: input,
      async success(world: World) {
        await world.iam(put, (await made(world, PermissionsBoundary)) as never)
        expect(await boundaryOf(world)).toBe(PermissionsBoundary)
      },
      errors: {
        NoSuchEntity: input,
        InvalidInput: (world: World) => made(world, world.arn('user/ann')),
        PolicyNotAttachable: (world: World) => made(world, ofAService),
        ...protectedErrors(input),
      },
    },
    [remove]: {
      refused: named,
      async success(world: World) {
        await world.iam(put, (await made(world, PermissionsBoundary)) as never)
        await world.iam(remove, named as never)
        expect(await boundaryOf(world)).toBeUndefined()
      },
      errors: { NoSuchEntity: named, ...protectedErrors(named) },
    },
  }
}

export const boundaryRowsOfAll = holders.filter(({ kind }) => kind !== 'Group').map(boundaryRows)
