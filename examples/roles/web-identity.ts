/**
 * A build that proves which repository it is of, as GitHub Actions do, and has no key of AWS. The
 * issuer of its tokens runs here. Needs a Bailiwick that may ask it, and its administrator in the
 * environment:
 *
 *   npx bailiwick start --oidc-private-issuer https://localhost:4610
 *   eval "$(npx bailiwick env)" && node examples/roles/web-identity.ts
 */
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts'
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { selfSigned } from './certificate.ts'
import { admin, credentialsOf, identityOf, makeRole, present } from '../walk.ts'
import { refused, say, show, stsAs } from '../walk.ts'

const issuer = process.env['ISSUER'] ?? 'https://localhost:4610'
const { host, hostname, port } = new URL(issuer)
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }

/** A token for a build of this repository's main branch. */
function tokenOf(repository: string, aud = 'sts.amazonaws.com'): string {
  const iat = Math.floor(Date.now() / 1000)
  const sub = `repo:${repository}:ref:refs/heads/main`
  const claims = { iss: issuer, sub, aud, iat, exp: iat + 300 }
  const content = [{ alg: 'RS256', kid: 'one', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`
}

say('An issuer with a certificate of its own: its configuration, and its keys')
const { certificate, key, thumbprint } = await selfSigned(hostname)
const documents: Readonly<Record<string, object>> = {
  '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
  '/jwks': { keys: [jwk] },
}
const server = createServer({ cert: certificate, key }, ({ url = '' }, response) => {
  const document = documents[url]
  response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(document ?? {}))
})
server.listen(Number(port || 443), hostname)
await once(server, 'listening')

say('The account knows it, and a role trusts builds of the main branch of octo/shop')
const created = await admin.send(
  new CreateOpenIDConnectProviderCommand({
    Url: issuer,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [thumbprint],
  }),
)
const provider = present(created.OpenIDConnectProviderArn, 'OpenIDConnectProviderArn')
show(provider)
const RoleArn = await makeRole('deploy', {
  trust: {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${host}:aud`]: 'sts.amazonaws.com',
        [`${host}:sub`]: 'repo:octo/shop:ref:refs/heads/main',
      },
    },
  },
})
const enter = (WebIdentityToken: string) =>
  stsAs().send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build', WebIdentityToken }),
  )

say('Its build is let in; that of another repository, or a token for somebody else, is not')
const { Credentials, SubjectFromWebIdentityToken } = await enter(tokenOf('octo/shop'))
show(SubjectFromWebIdentityToken)
show((await identityOf(stsAs(credentialsOf(Credentials)))).arn)
const no = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
await refused(no, enter(tokenOf('mallory/shop')))
await refused('Incorrect token audience', enter(tokenOf('octo/shop', 'somebody-else')))
server.close()
server.closeAllConnections()
say('Done: the repository decided, and no key was kept anywhere.')
