import { expect } from 'vitest'
import type { Rows } from '../row.ts'

const Properties = { 'Product/Setting': 'on' }

export const accountPropertyRows: Rows = {
  PutAccountProperties: {
    refused: { Properties },
    async success({ iam }) {
      await iam('PutAccountProperties', { Properties })
      await iam('PutAccountProperties', { Properties: { 'Other/Setting': 'off' } })
      const both = { ...Properties, 'Other/Setting': 'off' }
      expect((await iam('GetAccountProperties', {})).Properties).toEqual(both)
    },
    errors: {
      InvalidInput: { Properties: { 'no-namespace': 'on' } },
      async LimitExceeded({ iam }) {
        const all = Array.from({ length: 100 }, (_, n) => [`Product/n${String(n)}`, 'on'])
        await iam('PutAccountProperties', { Properties: Object.fromEntries(all) })
        return { Properties }
      },
    },
  },

  GetAccountProperties: {
    refused: {},
    async success({ iam }) {
      expect((await iam('GetAccountProperties', {})).Properties ?? {}).toEqual({})
      await iam('PutAccountProperties', { Properties })
      expect((await iam('GetAccountProperties', {})).Properties).toEqual(Properties)
    },
    errors: {},
  },
}
