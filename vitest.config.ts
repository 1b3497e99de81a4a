import { defineConfig } from 'vitest/config'

/** Unit and property tests, and the stores' conformance; black box tests have conformance/. */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 30_000,
  },
})
