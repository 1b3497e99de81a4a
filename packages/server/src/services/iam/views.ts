/** Entities as IAM's answers show them: where the domain's terms and the wire's meet. */
import { iamArn } from '../../domain/arn.ts'
import type { ArnScope } from '../../domain/arn.ts'
import type { Group, Tag, User } from '../../domain/entity.ts'
import { boundaryView } from './permissions-boundary.ts'

/** As ListUsers and GetGroup show a user: without tags and boundary. */
export function listedUserView(scope: ArnScope, user: User) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: iamArn(scope, 'user', user.path, user.name),
    CreateDate: user.createdAt,
    ...(user.passwordLastUsedAt && { PasswordLastUsed: user.passwordLastUsedAt }),
  }
}

/** As CreateUser and GetUser show it; tags and boundary only where there are any. */
export function userView(scope: ArnScope, user: User) {
  return {
    ...listedUserView(scope, user),
    ...(user.permissionsBoundaryArn !== undefined && {
      PermissionsBoundary: boundaryView(user.permissionsBoundaryArn),
    }),
    ...(user.tags.length > 0 && { Tags: tagsView(user.tags) }),
  }
}

export function groupView(scope: ArnScope, group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: iamArn(scope, 'group', group.path, group.name),
    CreateDate: group.createdAt,
  }
}

export function tagsView(tags: readonly Tag[]): Tag[] {
  return tags.map(({ Key, Value }) => ({ Key, Value }))
}

/**
 * A policy's text as answers carry it: percent-encoded after RFC 3986, byte for byte as written.
 * Source: recorded from GetPolicyVersion; `%3A` in a document comes back as `%253A`.
 */
export function encodedDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
