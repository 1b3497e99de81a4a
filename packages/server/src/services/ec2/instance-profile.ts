/** Which instance profile a call names, and the permission to hand its role over. */
import type { Check } from '@bailiwick/gateway'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { Instance, InstanceProfile, Role } from '../../domain/entity.ts'
import type { Scope, WriteScope } from '../operation.ts'
import { passRoleCheck } from '../pass-role.ts'
import { ec2Arn } from './instance-set.ts'
import { invalidParameter, missingParameter } from './words.ts'

export interface ProfileSpecification {
  readonly Arn?: string | undefined
  readonly Name?: string | undefined
}

/** A profile as the call names it, and what is there. */
export interface NamedProfile {
  readonly specification: ProfileSpecification
  readonly profile: InstanceProfile | undefined
  readonly role: Role | undefined
}

export async function findProfile(
  { store, accountId, partition }: Scope,
  specification: ProfileSpecification | undefined,
): Promise<NamedProfile | undefined> {
  if (specification === undefined) return undefined
  const { Arn, Name } = specification
  const resource = Arn === undefined ? undefined : parseArn(Arn)?.resource
  const name = Name ?? (resource === undefined ? undefined : splitResource(resource).name)
  const found =
    name === undefined ? undefined : await store.find('instanceProfile', accountId, name)
  const scope = { partition, accountId }
  const isIt =
    found !== undefined &&
    (Arn === undefined || Arn === iamArn(scope, 'instance-profile', found.path, found.name))
  const profile = isIt ? found : undefined
  const [link] = profile ? await store.linksFrom('profileRole', profile.id) : []
  return { specification, profile, role: link && (await store.get('role', link.toId)) }
}

export function profileArn(scope: Scope, { path, name }: InstanceProfile): string {
  return iamArn(scope, 'instance-profile', path, name)
}

/** `iam:PassRole` for the role of the profile; none for one without role or that is not there. */
export function passRoleChecks(
  scope: Scope,
  named: NamedProfile | undefined,
  instanceId?: string,
): readonly Check[] {
  if (named?.role === undefined) return []
  const instanceArn = ec2Arn(scope, `instance/${instanceId ?? '*'}`)
  return [passRoleCheck(scope, named.role, 'ec2.amazonaws.com', instanceArn)]
}

/** A new tie to the profile named. Errors: MissingParameter, InvalidParameterValue. */
export function newAssociation(
  scope: WriteScope,
  { specification, profile }: NamedProfile,
): Required<Pick<Instance, 'profile' | 'profileAssociatedAt'>> {
  if (profile === undefined) {
    const { Arn, Name } = specification
    if (Arn === undefined && Name === undefined) throw missingParameter('IamInstanceProfile')
    const [value, part] = Name === undefined ? [Arn ?? '', 'arn'] : [Name, 'name']
    const why = `Invalid IAM Instance Profile ${part === 'arn' ? 'ARN' : 'name'}`
    throw invalidParameter(value, `iamInstanceProfile.${part}`, why)
  }
  const associationId = `iip-assoc-${newHexId(scope)}`
  const tie = { associationId, profileId: profile.id, profileArn: profileArn(scope, profile) }
  return { profile: tie, profileAssociatedAt: scope.now }
}

/** 17 hexadecimal digits: what follows the prefix in the ids of EC2. */
export function newHexId({ randomBytes }: WriteScope): string {
  return Buffer.from(randomBytes(9)).toString('hex').slice(1)
}
