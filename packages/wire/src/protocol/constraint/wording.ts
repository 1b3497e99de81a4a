import type { ServiceModel } from '../../model.ts'
import { printedValueCharsMax } from '../limits.ts'
import type { WireError } from '../protocol.ts'
import type { Constraint, Violation } from './check.ts'

/** How a service words a violated constraint. */
interface Style {
  /** `Value 'x' at 'field'`, or `Value at 'field'`. */
  readonly printsValue: boolean
  /** `enum value set: [a, b]`, or without the list. */
  readonly listsEnum: boolean
  /**
   * Patterns with words of their own, by pattern: checked once all else is satisfied, and told one
   * at a time.
   */
  readonly ownWords: ReadonlyMap<string, (field: string) => string>
}

const nameWords = (field: string) =>
  `The specified value for ${field} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`
const pathWords = (field: string) =>
  `The specified value for ${field} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`
const pathPrefixWords = (field: string) =>
  `The specified value for ${field} is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.`

/** Source: recorded from IAM since 2025: values are not repeated, enums not listed. */
const iamStyle: Style = {
  printsValue: false,
  listsEnum: false,
  ownWords: new Map([
    ['[\\w+=,.@-]+', nameWords],
    ['(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)', pathWords],
    ['((/[A-Za-z0-9\\.,\\+@=_-]+)*)/', pathWords],
    ['\\u002F[\\u0021-\\u007F]*', pathPrefixWords],
  ]),
}

/** Source: recorded from STS. Taken for every other service too. */
const stsStyle: Style = { printsValue: true, listsEnum: true, ownWords: new Map() }

/** The refusal of an input that violates its model, in the service's words. */
export function violationError(model: ServiceModel, violations: readonly Violation[]): WireError {
  if (model.service === 'organizations') return organizationsError(violations)
  const style = model.service === 'iam' ? iamStyle : stsStyle
  const ownWords = (violation: Violation) =>
    violation.constraint.kind === 'pattern' && !violation.path.includes('.')
      ? style.ownWords.get(violation.constraint.pattern)
      : undefined
  const common = violations.filter((violation) => ownWords(violation) === undefined)
  const first = violations[0]
  if (common.length === 0 && first !== undefined) {
    return { code: 'ValidationError', message: ownWords(first)?.(first.path) ?? '' }
  }
  const sentences = common.map((violation) => sentence(style, violation)).join('; ')
  const errors = common.length === 1 ? 'error' : 'errors'
  const message = `${common.length} validation ${errors} detected: ${sentences}`
  return { code: 'ValidationError', message }
}

function sentence(style: Style, { path, value, constraint }: Violation): string {
  const shown = style.printsValue ? ` ${printed(value)}` : ''
  return `Value${shown} at '${path}' failed to satisfy constraint: ${words(style, constraint)}`
}

/** As Java prints it: lists in brackets, nothing as `null` without quotes. */
function printed(value: unknown): string {
  return value === undefined ? 'null' : `'${plain(value).slice(0, printedValueCharsMax)}'`
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, held]) => `${key}=${plain(held)}`)
      .join(', ')}}`
  }
  return String(value)
}

function words(style: Style, constraint: Constraint): string {
  const all = (constraints: readonly Constraint[]) =>
    `[${constraints.map((one) => words(style, one)).join(', ')}]`
  switch (constraint.kind) {
    case 'required':
      return 'Member must not be null'
    case 'lengthMax':
      return `Member must have length less than or equal to ${constraint.bound}`
    case 'lengthMin':
      return `Member must have length greater than or equal to ${constraint.bound}`
    case 'valueMax':
      return `Member must have value less than or equal to ${constraint.bound}`
    case 'valueMin':
      return `Member must have value greater than or equal to ${constraint.bound}`
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`
    case 'enum':
      return style.listsEnum
        ? `Member must satisfy enum value set: [${constraint.values.join(', ')}]`
        : 'Member must satisfy enum value set'
    case 'member':
      return `Member must satisfy constraint: ${all(constraint.all)}`
    case 'key':
      return `Map keys must satisfy constraint: ${all(constraint.all)}`
    case 'value':
      return `Map value must satisfy constraint: ${all(constraint.all)}`
  }
}

/**
 * Organizations answers InvalidInputException with a Reason of its model, and tells the first
 * violation only. Source: the pattern's sentence is recorded, the reasons are the API reference's
 * (InvalidInputException); the other sentences follow its descriptions, chosen by us.
 */
function organizationsError(violations: readonly Violation[]): WireError {
  const constraint = violations[0]?.constraint ?? { kind: 'required' }
  const [reason, message] = organizationsWords(constraint)
  return { code: 'InvalidInputException', message, members: { Reason: reason } }
}

function organizationsWords(constraint: Constraint): readonly [reason: string, message: string] {
  switch (constraint.kind) {
    case 'required':
      return ['INPUT_REQUIRED', 'You must include a value for all required parameters.']
    case 'lengthMax':
      return ['MAX_LENGTH_EXCEEDED', 'You provided a value that is longer than allowed.']
    case 'lengthMin':
      return ['MIN_LENGTH_EXCEEDED', 'You provided a value that is shorter than allowed.']
    case 'valueMax':
      return ['MAX_VALUE_EXCEEDED', 'You provided a numeric value that is larger than allowed.']
    case 'valueMin':
      return ['MIN_VALUE_EXCEEDED', 'You provided a numeric value that is smaller than allowed.']
    case 'pattern':
      return ['INVALID_PATTERN', 'You provided a value that does not match the required pattern.']
    case 'enum':
      return ['INVALID_ENUM', 'You specified a value that is not valid for that parameter.']
    default:
      return ['INVALID_LIST_MEMBER', 'You provided a list with an invalid value in it.']
  }
}
