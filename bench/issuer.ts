/** An OpenID Connect issuer on this machine, whose tokens the server under measurement trusts. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { newAuthority } from '../packages/server/src/federation/oidc/testing/certificates.ts'

export interface BenchIssuer {
  readonly url: string
  /** For `--oidc-private-issuer`. */
  readonly flag: string
  /** SHA-1 of the authority, for the provider. */
  readonly thumbprint: string
  /** Signed with RS256, for an hour. */
  token(audience: string): Promise<string>
  close(): void
}

export async function openIssuer(): Promise<BenchIssuer> {
  const authority = await newAuthority()
  const { certificate, key } = await authority.issue('127.0.0.1')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'bench' }]
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const isKeys = request.url === '/keys'
    const discovery = { issuer: url, jwks_uri: `${url}/keys` }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(isKeys ? { keys } : discovery))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const authorityFile = join(folder, 'ca.pem')
  writeFileSync(authorityFile, authority.certificate)
  return {
    url,
    flag: `${url}=${authorityFile}`,
    thumbprint: authority.thumbprint,
    token: (audience) => tokenOf(url, audience, privateKey),
    close() {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function tokenOf(issuer: string, audience: string, key: KeyObject): Promise<string> {
  return new SignJWT({ sub: 'bench', aud: audience })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
    .setIssuer(issuer)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}
