import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { expect, onTestFinished, test } from 'vitest'
import { managementAccountId as home, openDeployment, policy } from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import { getJson } from './get-json.ts'
import { newAuthority } from './testing/certificates.ts'

// Goal: a token of a real provider, over real TLS, gets what the trust policy says. Method: the
// certified oidc-provider, whose discovery, keys and token endpoint are as they come.
async function openProvider() {
  const authority = await newAuthority()
  const { certificate, key } = await authority.issue('127.0.0.1')
  const server = createServer({ cert: certificate, key })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const provider = new Provider(url, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'es' }] },
    clients: [
      {
        client_id: 'app',
        client_secret: 'secret',
        id_token_signed_response_alg: 'ES256',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'deploy',
          audience: 'sts.amazonaws.com',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    // A token of the client itself has no subject; who it is, is who it was issued to.
    extraTokenClaims: (_context: unknown, token: { readonly clientId: string }) => ({
      sub: token.clientId,
    }),
  })
  provider.proxy = true
  const callback = provider.callback()
  server.on('request', (request, response) => {
    request.headers['x-forwarded-proto'] = 'https'
    void callback(request, response)
  })
  return { authority, url, token: () => tokenOf(url, authority.certificate) }
}

/** A token by the client credentials grant. */
async function tokenOf(url: string, ca: string): Promise<string> {
  const { request } = await import('node:https')
  const form = 'grant_type=client_credentials&resource=https%3A%2F%2Fsts.amazonaws.com'
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/token`, {
      method: 'POST',
      ca,
      auth: 'app:secret',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.on('data', (chunk) => (text += String(chunk)))
      incoming.on('end', () => {
        const { access_token: token } = JSON.parse(text) as { access_token?: string }
        if (token === undefined) reject(new Error(text))
        else resolve(token)
      })
    })
    outgoing.end(form)
  })
}

const subject = (prefix: string) => ({ StringEquals: { [`${prefix}:sub`]: 'app' } })

test('a token of a real provider assumes the role; the authority is known, or its thumbprint', async () => {
  const { authority, url, token } = await openProvider()
  const prefix = url.slice('https://'.length)
  for (const [authorities, thumbprints] of [
    [authority.certificate, []],
    [undefined, [authority.thumbprint]],
  ] as const) {
    const d = await openDeployment({
      getDocument: (asked, trust) =>
        getJson(asked, { ...trust, mayBePrivate: true, ...(authorities && { authorities }) }),
    })
    d.clock.now = new Date() // The provider's clock is the machine's.
    const root = await d.root(home)
    await d.call(root, 'iam', 'CreateOpenIDConnectProvider', {
      Url: url,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: thumbprints,
    })
    const Federated = `arn:aws:iam::${home}:oidc-provider/${prefix}`
    const AssumeRolePolicyDocument = policy({
      Effect: 'Allow',
      Principal: { Federated },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: subject(prefix),
    })
    await d.call(root, 'iam', 'CreateRole', { RoleName: 'Web', AssumeRolePolicyDocument })
    const input = {
      RoleArn: `arn:aws:iam::${home}:role/Web`,
      RoleSessionName: 'web',
      WebIdentityToken: await token(),
    }
    const answer = await d.call('proof', 'sts', 'AssumeRoleWithWebIdentity', input)
    expect(answer).toMatchObject({ Provider: url, SubjectFromWebIdentityToken: 'app' })
    const who = await d.call(answer.Credentials as Credentials, 'sts', 'GetCallerIdentity', {})
    expect(who.Arn).toBe(`arn:aws:sts::${home}:assumed-role/Web/web`)
  }
})

test('a provider that is not known as private is not asked, whatever it would answer', async () => {
  const { url, token } = await openProvider()
  const d = await openDeployment({ getDocument: getJson })
  d.clock.now = new Date()
  const root = await d.root(home)
  const provider = { Url: url, ClientIDList: ['sts.amazonaws.com'] }
  await d.call(root, 'iam', 'CreateOpenIDConnectProvider', provider)
  const input = {
    RoleArn: `arn:aws:iam::${home}:role/Web`,
    RoleSessionName: 'web',
    WebIdentityToken: await token(),
  }
  const answer = d.call('proof', 'sts', 'AssumeRoleWithWebIdentity', input)
  await expect(answer).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
  expect(d.reports.join()).toContain('127.0.0.1 is no public address')
})
