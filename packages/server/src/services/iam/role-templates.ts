/**
 * Role templates: AWS keeps them, each for a service of its own, and publishes none of them; nor is
 * there an operation that makes one. So there is none here, and every ARN of one names nothing.
 *
 * Source: IAM API Reference, GetRoleTemplateVersion and AcquireRole, whose limits and errors the
 * model does not have yet; Service Authorization Reference, role-template. The wordings are chosen
 * by us.
 */
import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { noSuchEntity } from './no-such-entity.ts'

interface Named {
  readonly TemplateArn: string
}

/** `arn:aws:iam::aws:role-template/<service principal>/<name>:<major version>`. */
const templateForm = /^iam::aws:role-template\/[\w.-]+\/[\w+=,.@-]+:\d+$/
const arnCharsMin = 20
const arnCharsMax = 2048

/** Errors: InvalidInput for what is no ARN of a role template, NoSuchEntity for every other. */
function noTemplate({ TemplateArn: arn }: Named, { partition }: Scope): ApiError {
  const prefix = `arn:${partition}:`
  const isLongEnough = arn.length >= arnCharsMin && arn.length <= arnCharsMax
  const isTemplate = arn.startsWith(prefix) && templateForm.test(arn.slice(prefix.length))
  if (isLongEnough && isTemplate) return noSuchEntity('roleTemplate', arn)
  return new ApiError('InvalidInput', `${arn} is not the ARN of a role template.`)
}

/** iam:GetRoleTemplateVersion. Errors: InvalidInput, NoSuchEntity. */
export const GetRoleTemplateVersion = readOperation('iam', 'GetRoleTemplateVersion', {
  authorize: ({ TemplateArn }) => ({ resourceArn: TemplateArn }),
  handle: (input, scope) => Promise.reject(noTemplate(input, scope)),
})

/**
 * iam:AcquireRole. It makes a role, so it is iam:CreateRole that must be allowed, with the template
 * as context key: no action of its own is known (chosen by us). Errors: InvalidInput, NoSuchEntity.
 */
export const AcquireRole = readOperation('iam', 'AcquireRole', {
  authorize: ({ TemplateArn }, scope): Check => ({
    action: 'iam:CreateRole',
    resourceArn: iamArn(scope, 'role', '/', '*'), // The template would give the name.
    contextKeys: { 'iam:RoleTemplateARN': TemplateArn },
  }),
  handle: (input, scope) => Promise.reject(noTemplate(input, scope)),
})

/** All of this file. */
export const roleTemplateOperations = [AcquireRole, GetRoleTemplateVersion]
