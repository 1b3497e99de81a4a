/**
 * Which profile an instance has. Source: EC2 API Reference, AssociateIamInstanceProfile and its
 * kin; IAM User Guide, "Permissions required for using roles with Amazon EC2".
 */
import type { Instance, InstanceProfileAssociation } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { filterOf } from './filters.ts'
import {
  findProfile,
  newAssociation,
  passRoleChecks,
  profileArn,
  type NamedProfile,
} from './instance-profile.ts'
import {
  allInstances,
  existingInstances,
  findInstances,
  instanceCheck,
  instanceChecks,
  isInSight,
} from './instance-set.ts'
import { assertNotTerminated } from './metadata-options.ts'
import { pageOf } from './paging.ts'
import { refusal } from './words.ts'

type State = 'associating' | 'associated' | 'disassociating'

function associationView(
  instance: Instance,
  { associationId, profileArn: Arn, profileId: Id }: InstanceProfileAssociation,
  State: State,
) {
  return {
    AssociationId: associationId,
    InstanceId: instance.id,
    IamInstanceProfile: { Arn, Id },
    State,
    ...(instance.profileAssociatedAt && { Timestamp: instance.profileAssociatedAt }),
  }
}

function newProfileKeys(scope: Scope, named: NamedProfile | undefined) {
  return { 'ec2:NewInstanceProfile': named?.profile && profileArn(scope, named.profile) }
}

/** ec2:AssociateIamInstanceProfile. Errors: IncorrectState where it has a profile. */
export const AssociateIamInstanceProfile = writeOperation('ec2', 'AssociateIamInstanceProfile', {
  resolve: async ({ InstanceId, IamInstanceProfile }, scope) => ({
    found: await findInstances(scope, [InstanceId]),
    named: await findProfile(scope, IamInstanceProfile),
  }),

  authorize: ({ InstanceId }, scope, { found, named }) => [
    ...instanceChecks(scope, found, newProfileKeys(scope, named)),
    ...passRoleChecks(scope, named, InstanceId),
  ],

  refusal,

  async handle({ IamInstanceProfile: specification }, scope, { found, named }) {
    const [instance] = existingInstances(found)
    if (instance === undefined) throw new Error('one instance is named')
    assertNotTerminated(instance)
    if (instance.profile !== undefined) {
      const message = `There is an existing association for instance ${instance.id}`
      throw new ApiError('IncorrectState', message)
    }
    const none = { specification, profile: undefined, role: undefined }
    const changed = { ...instance, ...newAssociation(scope, named ?? none) }
    await scope.store.update(changed)
    return {
      IamInstanceProfileAssociation: associationView(changed, changed.profile, 'associating'),
    }
  },
})

/** The instance of an association. */
async function associated(scope: Scope, associationId: string): Promise<Instance | undefined> {
  const all = await allInstances(scope)
  return all.find((one) => isInSight(scope, one) && one.profile?.associationId === associationId)
}

/** Errors: InvalidAssociationID.NotFound. */
function existingAssociation(instance: Instance | undefined, associationId: string) {
  const profile = instance?.profile
  if (instance !== undefined && profile !== undefined) return { instance, profile }
  const message = `An invalid association-id of '${associationId}' was given`
  throw new ApiError('InvalidAssociationID.NotFound', message)
}

/** ec2:DisassociateIamInstanceProfile. */
export const DisassociateIamInstanceProfile = writeOperation(
  'ec2',
  'DisassociateIamInstanceProfile',
  {
    resolve: ({ AssociationId }, scope) => associated(scope, AssociationId),
    authorize: (_input, scope, instance) => instanceCheck(scope, instance?.id ?? '*', instance),
    refusal,

    async handle({ AssociationId }, { store }, found) {
      const { instance, profile } = existingAssociation(found, AssociationId)
      const { profile: _profile, profileAssociatedAt: _at, ...rest } = instance
      await store.update(rest)
      return { IamInstanceProfileAssociation: associationView(instance, profile, 'disassociating') }
    },
  },
)

/** ec2:ReplaceIamInstanceProfileAssociation: no instance is without a profile in between. */
export const ReplaceIamInstanceProfileAssociation = writeOperation(
  'ec2',
  'ReplaceIamInstanceProfileAssociation',
  {
    resolve: async ({ AssociationId, IamInstanceProfile }, scope) => ({
      instance: await associated(scope, AssociationId),
      named: await findProfile(scope, IamInstanceProfile),
    }),

    authorize: (_input, scope, { instance, named }) => [
      instanceCheck(scope, instance?.id ?? '*', instance, newProfileKeys(scope, named)),
      ...passRoleChecks(scope, named, instance?.id),
    ],

    refusal,

    async handle(input, scope, { instance: found, named }) {
      const { instance } = existingAssociation(found, input.AssociationId)
      const none = { specification: input.IamInstanceProfile, profile: undefined, role: undefined }
      const changed = { ...instance, ...newAssociation(scope, named ?? none) }
      await scope.store.update(changed)
      return {
        IamInstanceProfileAssociation: associationView(changed, changed.profile, 'associating'),
      }
    },
  },
)

/** ec2:DescribeIamInstanceProfileAssociations. */
export const DescribeIamInstanceProfileAssociations = readOperation(
  'ec2',
  'DescribeIamInstanceProfileAssociations',
  {
    authorize: () => ({ resourceArn: '*' }),
    refusal,

    async handle(input, scope) {
      const instances = (await allInstances(scope)).filter((one) => isInSight(scope, one))
      const all = instances.flatMap((instance) =>
        instance.profile ? [{ instance, profile: instance.profile, tags: [] }] : [],
      )
      const ids = input.AssociationIds ?? []
      for (const id of ids) {
        existingAssociation(all.find((one) => one.profile.associationId === id)?.instance, id)
      }
      const passes = filterOf<(typeof all)[number]>(input.Filters, {
        'instance-id': ({ instance }) => instance.id,
        state: () => 'associated',
      })
      const wanted = all
        .filter((one) => ids.length === 0 || ids.includes(one.profile.associationId))
        .filter(passes)
        .toSorted((a, b) => (a.profile.associationId < b.profile.associationId ? -1 : 1))
      const { items, NextToken } = pageOf(input, wanted, ({ profile }) => profile.associationId)
      return {
        IamInstanceProfileAssociations: items.map(({ instance, profile }) =>
          associationView(instance, profile, 'associated'),
        ),
        ...(NextToken !== undefined && { NextToken }),
      }
    },
  },
)
