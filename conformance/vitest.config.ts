import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['conformance/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // Servers and real clients on few cores: more files at once only makes each slower.
    maxWorkers: 2,
  },
})
