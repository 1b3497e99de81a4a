import { parseIpRange } from '../compile/ip-address.ts'
import { parseBase64, parseNumber } from '../compile/scalar.ts'
import { parseDate } from '../document/date.ts'

const readers = {
  string: () => true,
  numeric: (text: string) => parseNumber(text) !== undefined,
  boolean: (text: string) => /^(true|false)$/i.test(text),
  date: (text: string) => parseDate(text) !== undefined,
  ip: (text: string) => parseIpRange(text) !== undefined,
  binary: (text: string) => parseBase64(text) !== undefined,
} satisfies Record<string, (text: string) => boolean>

/** The types of context values, as the policy simulator names them. */
export type ContextValueType = keyof typeof readers

/** Whether the condition operators of that type can read the value: they are who is asked. */
export function isContextValue(type: ContextValueType, text: string): boolean {
  return readers[type](text)
}
