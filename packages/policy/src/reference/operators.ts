/**
 * What each condition operator asks of one value of the request and one of the policy.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
import type { ConditionOperator } from '../document/condition-operator.ts'
import { parseDate } from '../document/date.ts'
import { equalBytes, parseBase64 } from './binary.ts'
import { matchesGlob, splitAtColons, splitText } from './glob.ts'
import { addressInRange } from './ip-address.ts'
import { expandGlob, expandText } from './policy-variable.ts'
import type { VariableScope } from './policy-variable.ts'

/** A value that cannot be read as the operator's type, on either side, compares as false. */
type Comparison = (requestValue: string, policyValue: string, scope: VariableScope) => boolean

export interface Operator {
  /** The request's value must be none of the policy's, rather than one of them. */
  readonly negated: boolean
  readonly compare: Comparison
}

const stringEquals: Comparison = (request, policy, scope) => request === expandText(policy, scope)

const stringEqualsIgnoreCase: Comparison = (request, policy, scope) =>
  request.toLowerCase() === expandText(policy, scope)?.toLowerCase()

const stringLike: Comparison = (request, policy, scope) => {
  const glob = expandGlob(policy, scope)
  return glob !== undefined && matchesGlob(glob, request)
}

/** Six parts, compared each for itself; the sixth keeps its colons. Neither side may be less. */
const arnLike: Comparison = (request, policy, scope) => {
  const glob = expandGlob(policy, scope)
  if (glob === undefined) return false
  const policyParts = splitAtColons(glob, 6)
  const requestParts = splitText(request, 6)
  if (policyParts.length !== 6 || requestParts.length !== 6 || requestParts[0] !== 'arn') {
    return false
  }
  const isArn = policyParts[0]?.every((token) => typeof token === 'object') ?? false
  return isArn && policyParts.every((part, index) => matchesGlob(part, requestParts[index] ?? ''))
}

const bool: Comparison = (request, policy, scope) => {
  const wanted = expandText(policy, scope)?.toLowerCase()
  return (wanted === 'true' || wanted === 'false') && request.toLowerCase() === wanted
}

/** Variables have no meaning here: base64 of a policy, base64 of the request. */
const binaryEquals: Comparison = (request, policy) => {
  const left = parseBase64(request)
  const right = parseBase64(policy)
  return left !== undefined && right !== undefined && equalBytes(left, right)
}

/** Decimals, with an exponent if need be; compared as IEEE 754 doubles (chosen by us). */
function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}

function numeric(holds: (request: number, policy: number) => boolean): Comparison {
  return (request, policy) => {
    const left = parseNumber(request)
    const right = parseNumber(policy)
    return left !== undefined && right !== undefined && holds(left, right)
  }
}

function date(holds: (request: bigint, policy: bigint) => boolean): Comparison {
  return (request, policy) => {
    const left = parseDate(request)
    const right = parseDate(policy)
    return left !== undefined && right !== undefined && holds(left, right)
  }
}

const is = (compare: Comparison): Operator => ({ negated: false, compare })
const isNot = (compare: Comparison): Operator => ({ negated: true, compare })

/** All but `Null`, which compares nothing. */
export const operators: Readonly<Record<Exclude<ConditionOperator, 'Null'>, Operator>> = {
  StringEquals: is(stringEquals),
  StringNotEquals: isNot(stringEquals),
  StringEqualsIgnoreCase: is(stringEqualsIgnoreCase),
  StringNotEqualsIgnoreCase: isNot(stringEqualsIgnoreCase),
  StringLike: is(stringLike),
  StringNotLike: isNot(stringLike),
  NumericEquals: is(numeric((request, policy) => request === policy)),
  NumericNotEquals: isNot(numeric((request, policy) => request === policy)),
  NumericLessThan: is(numeric((request, policy) => request < policy)),
  NumericLessThanEquals: is(numeric((request, policy) => request <= policy)),
  NumericGreaterThan: is(numeric((request, policy) => request > policy)),
  NumericGreaterThanEquals: is(numeric((request, policy) => request >= policy)),
  DateEquals: is(date((request, policy) => request === policy)),
  DateNotEquals: isNot(date((request, policy) => request === policy)),
  DateLessThan: is(date((request, policy) => request < policy)),
  DateLessThanEquals: is(date((request, policy) => request <= policy)),
  DateGreaterThan: is(date((request, policy) => request > policy)),
  DateGreaterThanEquals: is(date((request, policy) => request >= policy)),
  Bool: is(bool),
  BinaryEquals: is(binaryEquals),
  IpAddress: is(addressInRange),
  NotIpAddress: isNot(addressInRange),
  ArnEquals: is(arnLike),
  ArnLike: is(arnLike),
  ArnNotEquals: isNot(arnLike),
  ArnNotLike: isNot(arnLike),
}
