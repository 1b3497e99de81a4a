/**
 * Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.
 * Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
import type { RequestContext } from '../authorization.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { globOf, literalOf } from './glob.ts'
import type { Glob } from './glob.ts'

/** What variables are resolved from. */
export interface VariableScope {
  readonly version: PolicyDocument['version']
  readonly context: RequestContext
}

/**
 * A policy value as a glob, its variables replaced; undefined if one of them has no value. What a
 * variable stands for is literal text: a `*` in a tag's value is an asterisk.
 *
 * Version 2008-10-17 has no variables. Chosen by us: a variable ends at the first `}`, `${` without
 * one is literal text, and a default takes the place of an absent key only, not of an empty value.
 */
export function expandGlob(text: string, scope: VariableScope): Glob | undefined {
  return expand(text, scope, globOf)
}

/** The same, where a variable that is not known may stand for any text. */
export function expandGlobKnowing(
  text: string,
  scope: VariableScope,
  isUnknown: (key: string) => boolean,
): Glob | undefined {
  return expand(text, scope, globOf, isUnknown)
}

/** The keys of a text's variables, as written. */
export function variablesOf(text: string, version: VariableScope['version']): readonly string[] {
  if (version === '2008-10-17') return []
  const start = text.indexOf('${')
  const end = text.indexOf('}', start)
  if (start === -1 || end === -1) return []
  return [keyOf(text.slice(start + 2, end)), ...variablesOf(text.slice(end + 1), version)]
}

function keyOf(variable: string): string {
  return /^(?<key>.*), '(?<text>.*)'$/s.exec(variable)?.groups?.['key'] ?? variable
}

/** The same for operators without wildcards: `*` and `?` stand for themselves. */
export function expandText(text: string, scope: VariableScope): string | undefined {
  const expanded = expand(text, scope, literalOf)
  return expanded?.map((token) => (typeof token === 'object' ? token.char : '')).join('')
}

function expand(
  text: string,
  scope: VariableScope,
  plain: (text: string) => Glob,
  isUnknown = (_key: string) => false,
): Glob | undefined {
  if (scope.version === '2008-10-17') return plain(text)
  const start = text.indexOf('${')
  const end = text.indexOf('}', start)
  if (start === -1 || end === -1) return plain(text)
  const variable = text.slice(start + 2, end)
  const rest = expand(text.slice(end + 1), scope, plain, isUnknown)
  if (rest !== undefined && isUnknown(keyOf(variable).toLowerCase())) {
    return [...plain(text.slice(0, start)), 'many', ...rest]
  }
  const value = variableValue(variable, scope.context)
  if (value === undefined || rest === undefined) return undefined
  return [...plain(text.slice(0, start)), ...literalOf(value), ...rest]
}

function variableValue(variable: string, context: RequestContext): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable
  const withDefault = /^(?<key>.*), '(?<text>.*)'$/s.exec(variable)?.groups
  const value = context.get((withDefault?.['key'] ?? variable).toLowerCase())
  if (value === undefined) return withDefault?.['text']
  // A multivalued key cannot be a variable, however many values it has.
  return typeof value === 'string' ? value : undefined
}
