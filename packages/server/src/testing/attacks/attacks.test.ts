import { readFileSync, writeFileSync } from 'node:fs'
import { resolveConfig, format } from 'prettier'
import { expect, test } from 'vitest'
import { attacksPage } from './attack.ts'
import { encryptedSamlAttacks } from './encrypted-saml.ts'
import { multiFactorAttacks } from './multi-factor.ts'
import { samlAttacks } from './saml.ts'
import { sealedMessageAttacks } from './sealed-messages.ts'
import { serviceCredentialAttacks } from './service-credentials.ts'
import { sessionTokenAttacks } from './session-tokens.ts'
import { signInAttacks } from './sign-in.ts'
import { webIdentityAttacks } from './web-identity.ts'

// Goal: whatever is forged, altered, replayed, expired or meant for somebody else is refused, and
// the list of what was tried is true.
const groups = [
  sessionTokenAttacks,
  serviceCredentialAttacks,
  sealedMessageAttacks,
  multiFactorAttacks,
  webIdentityAttacks,
  samlAttacks,
  encryptedSamlAttacks,
  signInAttacks,
]

for (const { credential, open, attacks } of groups) {
  test(`${credential}: works unbent, and is refused however it is bent`, async () => {
    const attempt = await open()
    for (const { attack, refused } of attacks) {
      const outcome = await attempt(attack).then(
        () => 'it worked',
        (error: unknown) => codeOf(error),
      )
      expect(outcome, attack).toBe(refused)
    }
  })
}

/** Of a look-up that fails, what the gate answers; see `authenticate`. */
const lookupCodes: Readonly<Record<string, string>> = {
  invalid: 'InvalidClientTokenId',
  malformedToken: 'InvalidClientTokenId',
  expiredToken: 'ExpiredToken',
}

function codeOf(error: unknown): string {
  const { code, message } = error as Error & { readonly code?: string }
  return code ?? lookupCodes[message] ?? message
}

const again =
  'BAILIWICK_WRITE_GENERATED=1 npx vitest run packages/server/src/testing/attacks/attacks.test.ts'

test('docs/generated/attacks.md is fresh', async () => {
  const file = new URL('../../../../../docs/generated/attacks.md', import.meta.url)
  const options = await resolveConfig(import.meta.filename)
  const page = await format(attacksPage(groups), { ...options, parser: 'markdown' })
  if (process.env['BAILIWICK_WRITE_GENERATED'] === '1') writeFileSync(file, page)
  expect(readFileSync(file, 'utf8'), `out of date; write it again: ${again}`).toBe(page)
})
