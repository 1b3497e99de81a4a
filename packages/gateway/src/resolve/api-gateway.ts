import type { Check } from '../operation.ts'
import { checkOn } from './by-facts.ts'
import { type ForwardedCall, text, Unresolvable } from './forwarded-call.ts'

/** Beginnings of paths whose ARNs name the account. */
const withAccount = /^\/(domainnameaccessassociations|domainnames\/[^/]*\+[^/]*$)/

/**
 * API Gateway's actions are HTTP methods, and its resources paths.
 * Source: API Gateway Developer Guide, "Control access for managing an API".
 */
export function resolveApiGateway(call: ForwardedCall): readonly Check[] {
  const { operation, input, partition, region, accountId } = call
  if (operation.http === undefined) throw new Unresolvable('The operation has no path')
  const [template = ''] = operation.http.uri.split('?')
  const path = template.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => {
    const value = text(input[name])
    if (value === undefined || value === '.' || value === '..') {
      throw new Unresolvable(`The path has no ${name}`)
    }
    const domain = name === 'domainName' ? text(input.domainNameId) : undefined
    return (
      encodeURIComponent(value) + (domain === undefined ? '' : `+${encodeURIComponent(domain)}`)
    )
  })
  const association = text(input.domainNameAccessAssociationArn)
  if (association !== undefined) {
    if (
      !/^arn:[a-z-]+:apigateway:[a-z0-9-]+:\d{12}:\/domainnameaccessassociations\/./.test(
        association,
      )
    ) {
      throw new Unresolvable(`${association} is no access association`)
    }
    return [checkOn(call, `apigateway:${operation.http.method}`, association)]
  }
  const account = withAccount.test(path) ? accountId : ''
  const arn = `arn:${partition}:apigateway:${region}:${account}:${path}`
  return [checkOn(call, `apigateway:${operation.http.method}`, arn)]
}
