import { isContextValue } from '@bailiwick/policy'
import type { ContextValue, ContextValueType, RequestContext } from '@bailiwick/policy'
import type { IamOperations } from '@bailiwick/wire'
import { ApiError } from '../api-error.ts'

type SimulationInput = IamOperations['SimulateCustomPolicy']['input']
type ContextEntry = NonNullable<SimulationInput['ContextEntries']>[number]

/** What a refusal says was expected. A string is always one. */
const expectations: Record<ContextValueType, string> = {
  string: 'string',
  numeric: 'numeric format',
  boolean: 'boolean format',
  date: 'DateTime format',
  ip: 'IP address',
  binary: 'base-64 encoded binary format',
}

/**
 * The request context of a simulation: the principal's keys, and over them the entries of the
 * request. A list is a multivalued key; without a type an entry is a string.
 *
 * Errors: InvalidInput for a key that comes twice, ignoring case, for several values of a key
 * that has one, and for a value that is not of its type. Source: recorded answers of
 * SimulateCustomPolicy. Chosen by us: a boolean is `true` or `false`, where AWS takes any text.
 */
export function simulationContext(
  principalKeys: ReadonlyMap<string, ContextValue>,
  entries: readonly ContextEntry[] = [],
): RequestContext {
  const supplied = new Map<string, ContextValue>()
  for (const entry of entries) {
    const name = entry.ContextKeyName
    if (name === undefined) throw invalid('A context entry must have a ContextKeyName.')
    if (supplied.has(name.toLowerCase())) throw invalid(`Duplicate context key: ${name}.`)
    supplied.set(name.toLowerCase(), entryValue(name, entry))
  }
  return new Map([...principalKeys, ...supplied])
}

function entryValue(name: string, entry: ContextEntry): ContextValue {
  const { ContextKeyValues: values = [], ContextKeyType: type = 'string' } = entry
  const valueType = type.replace(/List$/, '') as ContextValueType
  const [value = '', ...more] = values
  const isList = type !== valueType
  if (!isList && (values.length === 0 || more.length > 0)) {
    throw invalid(`Context key ${type} expected a single value, but received ${values.length}.`)
  }
  if (!values.every((text) => isContextValue(valueType, text))) {
    throw invalid(`Invalid context value for key ${name}: expected ${expectations[valueType]}.`)
  }
  return isList ? values : value
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message)
}
