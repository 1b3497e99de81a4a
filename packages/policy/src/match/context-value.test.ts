import { expect, test } from 'vitest'
import { isContextValue } from './context-value.ts'
import type { ContextValueType } from './context-value.ts'

// Goal: what each type of the simulator's context entries takes. Source: recorded refusals of
// SimulateCustomPolicy (2026-09); that only true and false are booleans is chosen by us.
const rows: readonly [ContextValueType, takes: readonly string[], refuses: readonly string[]][] = [
  ['string', ['', 'a', '1'], []],
  ['numeric', ['1', '-1.5', '1e3', '+.5'], ['abc', 'NaN', '', ' 1', '0x10', 'Infinity']],
  ['boolean', ['true', 'false', 'TRUE'], ['yes', '1', '']],
  ['date', ['2026-11-24', '2026-11-24T12:00:00Z', '1795452752'], ['tomorrow', '', '2026-13-01']],
  ['ip', ['192.0.2.1', '192.0.2.0/24', '2001:db8::1', '::/0'], ['999.0.0.1', '', 'a', '1.2.3']],
  ['binary', ['', 'QUJD', 'QQ=='], ['!base64', 'QQ', 'Q===']],
]

for (const [type, takes, refuses] of rows) {
  test(type, () => {
    expect(takes.filter((text) => !isContextValue(type, text))).toEqual([])
    expect(refuses.filter((text) => isContextValue(type, text))).toEqual([])
  })
}
