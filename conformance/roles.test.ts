import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from './run.ts'
import { freePort, startServer, type RunningServer } from './server.ts'

// Goal: everyone who may assume a role does so as users would. Method: the examples themselves,
// unchanged, against one server; each checks every refusal's words.
const example = (name: string) =>
  fileURLToPath(new URL(`../examples/roles/${name}.ts`, import.meta.url))

let server: RunningServer
let issuer: string
beforeAll(async () => {
  issuer = `https://localhost:${await freePort()}`
  server = await startServer({ args: ['--oidc-private-issuer', issuer] })
})
afterAll(() => server.stop())

const examples: readonly [name: string, ending: string][] = [
  ['cross-account', 'Done: two accounts and an external id had to agree.'],
  ['chaining', 'Done: a chain of roles is short-lived'],
  ['session-tags', 'Done: one role, and the tag of the session decided.'],
  ['mfa', 'Done: what takes a second factor was done with one'],
  ['web-identity', 'Done: the repository decided'],
  ['saml', 'Done: what the company’s provider signed decided.'],
]

test.each(examples)('the example of roles: %s', async (name, ending) => {
  const env = { ...server.environment, ISSUER: issuer }
  const outcome = await run(process.execPath, [example(name)], { env })
  expect(outcome.stdout + outcome.stderr).toContain(ending)
  expect(outcome.code).toBe(0)
})
