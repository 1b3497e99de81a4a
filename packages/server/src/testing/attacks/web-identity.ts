import {
  base64url,
  jwkOf,
  macedWith,
  newKey,
  signedWith,
  TestIssuer,
} from '../../federation/oidc/testing/issuer.ts'
import { managementAccountId as home, openDeployment, policy } from '../deployment.ts'
import { attackGroup } from './attack.ts'

const url = 'https://oidc.example.com/a'
const other = 'https://oidc.example.com/b'
const key = newKey('RS256', 'k1')
const otherKey = newKey('RS256', 'k2')
const evil = newKey('RS256', 'k1')
const nowSeconds = new Date('2026-11-24T12:00:00Z').getTime() / 1000
const good = {
  iss: url,
  sub: 'ann',
  aud: 'app',
  iat: nowSeconds - 10,
  exp: nowSeconds + 300,
}

async function openProvider() {
  const issuer = new TestIssuer(url, key)
  const second = new TestIssuer(other, otherKey)
  const getDocument = (asked: string) =>
    (asked.startsWith(other) ? second : issuer).getDocument(asked)
  const d = await openDeployment({ getDocument })
  const root = await d.root(home)
  for (const [Url, ClientIDList] of [
    [url, ['app']],
    [other, ['other-app']],
  ] as const) {
    await d.call(root, 'iam', 'CreateOpenIDConnectProvider', { Url, ClientIDList })
  }
  const Federated = `arn:aws:iam::${home}:oidc-provider/oidc.example.com/a`
  const AssumeRolePolicyDocument = policy({
    Effect: 'Allow',
    Principal: { Federated },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'oidc.example.com/a:sub': 'ann' } },
  })
  await d.call(root, 'iam', 'CreateRole', { RoleName: 'Web', AssumeRolePolicyDocument })
  const assume = (WebIdentityToken: string, more: object = {}) =>
    d.call('proof', 'sts', 'AssumeRoleWithWebIdentity', {
      RoleArn: `arn:aws:iam::${home}:role/Web`,
      RoleSessionName: 'web',
      WebIdentityToken,
      ...more,
    })
  return { issuer, second, assume }
}

type Opened = Awaited<ReturnType<typeof openProvider>>
type Row = readonly [attack: string, refused: string, token: (opened: Opened) => string]

const notValid = 'InvalidIdentityToken'
const head = { alg: 'RS256', kid: 'k1', typ: 'JWT' }
const pem = () => key.publicKey.export({ type: 'spki', format: 'pem' })
const without = (name: string) => ({ ...good, [name]: undefined })
const altered = (token: string, part: number, change: (text: string) => string) =>
  token
    .split('.')
    .map((text, i) => (i === part ? change(text) : text))
    .join('.')

const signatures: readonly Row[] = [
  ['no signature: alg none', notValid, () => `${base64url({ alg: 'none' })}.${base64url(good)}.`],
  [
    'alg none, with a signature of somebody',
    notValid,
    () => signedWith(key, { ...head, alg: 'none' }, good),
  ],
  ['alg None, nOnE', notValid, () => `${base64url({ alg: 'nOnE' })}.${base64url(good)}.AA`],
  [
    'HMAC with the public key as the secret, PEM',
    notValid,
    () => macedWith(pem(), { ...head, alg: 'HS256' }, good),
  ],
  [
    'HMAC with the public key as the secret, DER',
    notValid,
    () =>
      macedWith(
        key.publicKey.export({ type: 'spki', format: 'der' }),
        { ...head, alg: 'HS256' },
        good,
      ),
  ],
  ['HMAC, and RS256 in the header', notValid, () => macedWith(pem(), head, good)],
  ['the kid of a key that signed something else', notValid, () => signedWith(evil, head, good)],
  ['a kid nobody has', notValid, () => signedWith(key, { ...head, kid: '../../dev/null' }, good)],
  ['a kid that is no text', notValid, () => signedWith(key, { ...head, kid: { k: 1 } }, good)],
  [
    'ES256 in the header, of an RSA key',
    notValid,
    () => signedWith(key, { ...head, alg: 'ES256' }, good),
  ],
  [
    'RS384 in the header, of a key for RS256',
    notValid,
    () => signedWith(key, { ...head, alg: 'RS384' }, good),
  ],
  [
    'PS256, which AWS does not take',
    notValid,
    () => signedWith(key, { ...head, alg: 'PS256' }, good),
  ],
  [
    'an own key in the header: jwk',
    notValid,
    () => signedWith(evil, { ...head, jwk: jwkOf(evil) }, good),
  ],
  [
    'an own key set in the header: jku',
    notValid,
    () => signedWith(evil, { ...head, jku: 'https://evil.example/jwks' }, good),
  ],
  [
    'an own certificate in the header: x5u, x5c',
    notValid,
    () => signedWith(evil, { ...head, x5u: 'https://evil.example/c', x5c: ['AAAA'] }, good),
  ],
  [
    'an extension that must be understood: crit',
    notValid,
    () => signedWith(key, { ...head, crit: ['b64'], b64: true }, good),
  ],
  ['an empty signature', notValid, ({ issuer }) => altered(issuer.token(good), 2, () => '')],
  [
    'one letter of the signature altered',
    notValid,
    ({ issuer }) =>
      altered(issuer.token(good), 2, (s) => (s.startsWith('A') ? 'B' : 'A') + s.slice(1)),
  ],
  [
    'other claims under the signature',
    notValid,
    ({ issuer }) =>
      altered(issuer.token({ ...good, sub: 'eve' }), 1, () => base64url({ ...good, sub: 'ann' })),
  ],
  [
    'another header over the signature',
    notValid,
    ({ issuer }) => altered(issuer.token(good), 0, () => base64url({ ...head, x: 1 })),
  ],
  [
    'an ECDSA signature of zeros',
    notValid,
    () => `${base64url({ alg: 'ES256', kid: 'k1' })}.${base64url(good)}.${'A'.repeat(86)}`,
  ],
]

const claims: readonly Row[] = [
  [
    'an issuer the account has no provider for',
    notValid,
    () => signedWith(key, head, { ...good, iss: 'https://evil.example' }),
  ],
  [
    'the provider’s issuer in other case',
    notValid,
    () => signedWith(key, head, { ...good, iss: 'https://OIDC.example.com/a' }),
  ],
  [
    'the issuer with a slash behind',
    notValid,
    () => signedWith(key, head, { ...good, iss: `${url}/` }),
  ],
  [
    'the issuer without its scheme',
    notValid,
    () => signedWith(key, head, { ...good, iss: 'oidc.example.com/a' }),
  ],
  [
    'another issuer of the account, for itself, but the role trusts the first',
    'AccessDenied',
    ({ second }) => second.token({ ...good, iss: other, aud: 'other-app' }),
  ],
  [
    'another issuer of the account, speaking for the first',
    notValid,
    ({ second }) => second.token(good),
  ],
  [
    'an audience that is no client of the provider',
    notValid,
    () => signedWith(key, head, { ...good, aud: 'else' }),
  ],
  [
    'an audience of another provider’s',
    notValid,
    () => signedWith(key, head, { ...good, aud: 'other-app' }),
  ],
  [
    'several audiences, issued to somebody else (azp)',
    notValid,
    () => signedWith(key, head, { ...good, aud: ['app', 'else'], azp: 'else' }),
  ],
  [
    'an audience that is no text',
    notValid,
    () => signedWith(key, head, { ...good, aud: { app: 1 } }),
  ],
  ['no audience in the list', notValid, () => signedWith(key, head, { ...good, aud: [] })],
  [
    'expired this second',
    'ExpiredTokenException',
    () => signedWith(key, head, { ...good, exp: nowSeconds }),
  ],
  [
    'issued in the future',
    notValid,
    () => signedWith(key, head, { ...good, iat: nowSeconds + 301, exp: nowSeconds + 400 }),
  ],
  [
    'not valid yet (nbf)',
    notValid,
    () => signedWith(key, head, { ...good, nbf: nowSeconds + 301 }),
  ],
  [
    'valid for more than a day',
    notValid,
    () => signedWith(key, head, { ...good, exp: nowSeconds + 86_400 }),
  ],
  [
    'an expiry that is a text',
    notValid,
    () => signedWith(key, head, { ...good, exp: '9999999999' }),
  ],
  ['an expiry beyond all numbers', notValid, () => signedWith(key, head, { ...good, exp: 1e300 })],
  ...['iss', 'sub', 'aud', 'exp', 'iat'].map((name): Row => [
    `without ${name}`,
    notValid,
    () => signedWith(key, head, without(name)),
  ]),
  ['a subject that is a list', notValid, () => signedWith(key, head, { ...good, sub: ['ann'] })],
  [
    'somebody the role does not trust',
    'AccessDenied',
    () => signedWith(key, head, { ...good, sub: 'eve' }),
  ],
  [
    'the claims’ prototype as the subject',
    notValid,
    () =>
      signedWith(
        key,
        head,
        `{"iss":"${url}","__proto__":{"sub":"ann"},"aud":"app","iat":${nowSeconds},"exp":${nowSeconds + 9}}`,
      ),
  ],
]

const forms: readonly Row[] = [
  [
    'a claim twice',
    notValid,
    () => signedWith(key, head, JSON.stringify(good).replace('"sub"', '"sub":"eve","sub"')),
  ],
  [
    'a claim twice, once escaped',
    notValid,
    () => signedWith(key, head, JSON.stringify(good).replace('"sub"', '"s\\u0075b":"eve","sub"')),
  ],
  [
    'a header member twice',
    notValid,
    () => signedWith(key, '{"alg":"none","alg":"RS256","kid":"k1"}', good),
  ],
  ['claims that are a list', notValid, () => signedWith(key, head, [good])],
  [
    'a token within a token',
    notValid,
    ({ issuer }) => signedWith(key, { ...head, cty: 'JWT' }, issuer.token(good)),
  ],
  ['four parts', notValid, ({ issuer }) => `${issuer.token(good)}.AA`],
  ['five parts: encrypted', notValid, () => 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AA.AA.AA'],
  ['two parts', notValid, ({ issuer }) => issuer.token(good).split('.').slice(0, 2).join('.')],
  ['white space around', notValid, ({ issuer }) => ` ${issuer.token(good)}`],
  ['padding', notValid, ({ issuer }) => altered(issuer.token(good), 2, (s) => `${s}==`)],
  [
    'an access token that is none of this',
    notValid,
    () => 'Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR',
  ],
  [
    'lists in lists, to the end of the token',
    notValid,
    () => signedWith(key, head, `{"a":${'['.repeat(7000)}${']'.repeat(7000)}}`),
  ],
  [
    'longer than a token may be',
    notValid,
    () => signedWith(key, head, { ...good, x: 'x'.repeat(20_000) }),
  ],
]

export const webIdentityAttacks = attackGroup(
  'Web identity tokens',
  openProvider,
  ({ issuer, assume }) => assume(issuer.token(good)),
  [...signatures, ...claims, ...forms].map(
    ([attack, refused, token]) =>
      [attack, refused, (opened: Opened) => opened.assume(token(opened))] as const,
  ),
)
