import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import type { ArnScope, IamResourceType } from '../../domain/arn.ts'
import type { Tag } from '../../domain/entity.ts'
import { requestTagKeys, resourceTagKeys } from './context-keys.ts'
import type { ContextKeys } from './context-keys.ts'

/** What a check needs to know of the entity it is about. */
interface Named {
  readonly name: string
  readonly path: string
  readonly tags: readonly Tag[]
}

/** How a refusal names an entity: `user Ann`, `instance profile Web`. */
function labelOf(type: IamResourceType, name: string): string {
  return `${type.replaceAll('-', ' ')} ${name}`
}

/**
 * The check of an operation on one entity: its ARN, its tags, and the keys of the operation.
 *
 * An entity that does not exist is checked under its path-less ARN, so that a caller whose policy
 * names a path is refused, and learns nothing. Source: recorded from GetRole.
 *
 * @param name As the caller gave it.
 */
export function entityCheck(
  scope: ArnScope,
  type: IamResourceType,
  entity: Named | undefined,
  name: string,
  contextKeys?: ContextKeys,
): Check {
  const entityName = entity?.name ?? name
  return {
    resourceArn: iamArn(scope, type, entity?.path ?? '/', entityName),
    resourceLabel: labelOf(type, entityName),
    contextKeys: { ...resourceTagKeys(entity?.tags), ...contextKeys },
  }
}

/**
 * The check of an operation on a managed policy, by the ARN the caller gave. Decided in the
 * caller's account also for AWS's policies, which belong to none.
 */
export function policyCheck(
  policyArn: string,
  tags: readonly Tag[] | undefined,
  contextKeys?: ContextKeys,
): Check {
  return {
    resourceArn: policyArn,
    resourceLabel: `policy ${policyArn}`,
    contextKeys: { ...resourceTagKeys(tags), ...contextKeys },
  }
}

/**
 * The checks of an operation that creates an entity; with tags, the tagging is checked, too.
 *
 * @param tagAction `iam:TagUser` and the like.
 * Source: IAM User Guide, "Tags for IAM resources": creating with tags needs the permission to tag.
 */
export function creationChecks(
  resourceArn: string,
  contextKeys: ContextKeys,
  tagAction?: string,
  tags?: readonly Tag[],
): readonly Check[] {
  const tagKeys = requestTagKeys(tags)
  const creation: Check = { resourceArn, contextKeys: { ...contextKeys, ...tagKeys } }
  if (tagAction === undefined || tags === undefined || tags.length === 0) return [creation]
  return [creation, { action: tagAction, resourceArn, contextKeys: tagKeys }]
}

/**
 * The check of a list of entities: the ARN with an empty name, after the path prefix.
 * Source: refusals as seen in logs: `arn:aws:iam::111122223333:user/`.
 */
export function listCheck(scope: ArnScope, type: IamResourceType, pathPrefix?: string): Check {
  return { resourceArn: iamArn(scope, type, pathPrefix ?? '/', '') }
}

/**
 * The checks of an operation that renames or moves: the entity as it is and as it will be.
 * Source: IAM User Guide, "Renaming an IAM user": permission for both ARNs.
 */
export function renameChecks(
  scope: ArnScope,
  type: IamResourceType,
  entity: Named | undefined,
  name: string,
  newPath: string | undefined,
  newName: string | undefined,
): readonly Check[] {
  const check = entityCheck(scope, type, entity, name)
  const nameAfter = newName ?? entity?.name ?? name
  const resourceArn = iamArn(scope, type, newPath ?? entity?.path ?? '/', nameAfter)
  if (resourceArn === check.resourceArn) return [check]
  return [check, { ...check, resourceArn, resourceLabel: labelOf(type, nameAfter) }]
}
