import { ApiError } from '../api-error.ts'
import { missingParameter } from './words.ts'

interface PageInput {
  readonly NextToken?: string | undefined
  readonly MaxResults?: number | undefined
}

/** Source: EC2 API Reference, DescribeInstances, MaxResults. */
const pageSizeMin = 5
export const pageSizeMax = 1000

/**
 * A page of what is there in the order of keys; without MaxResults all of it.
 * Errors: InvalidParameterValue, InvalidNextToken.
 */
export function pageOf<T>(
  { NextToken, MaxResults }: PageInput,
  items: readonly T[],
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  if (MaxResults !== undefined && (MaxResults < pageSizeMin || MaxResults > pageSizeMax)) {
    const message = `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value between ${pageSizeMin} and ${pageSizeMax}.`
    throw new ApiError('InvalidParameterValue', message)
  }
  const after = NextToken === undefined ? undefined : keyIn(NextToken)
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after)
  const shown = rest.slice(0, MaxResults ?? rest.length)
  const last = shown.at(-1)
  if (last === undefined || shown.length === rest.length) return { items: shown }
  return { items: shown, NextToken: tokenOf(keyOf(last)) }
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64url')
}

function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64url').toString()
  if (key !== '' && tokenOf(key) === token) return key
  throw new ApiError('InvalidNextToken', 'The token is not valid.')
}

/** A member that the model does not require, but the service does. Errors: MissingParameter. */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined) throw missingParameter(parameter)
  return value
}
