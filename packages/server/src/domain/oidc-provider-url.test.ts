import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oidcProviderName } from './oidc-provider-url.ts'

// Goal: which URLs can be a provider's, and that what is kept is the URL, letter for letter.
// Source: IAM API Reference, CreateOpenIDConnectProvider, Url; RFC 3986, section 3. Ports, and
// what is refused of a path: chosen by us.
const accepted: readonly [what: string, url: string, name: string][] = [
  ['a host', 'https://server.example.org', 'server.example.org'],
  ['a path', 'https://oidc.eks.eu-west-1.amazonaws.com/id/AB12', ''],
  ['a slash at the end stays', 'https://example.auth0.com/', 'example.auth0.com/'],
  ['a port', 'https://keycloak.example.com:8443/realms/a', 'keycloak.example.com:8443/realms/a'],
  ['the highest port', 'https://a.example:65535', 'a.example:65535'],
  ['upper case stays', 'https://Example.com/Path', 'Example.com/Path'],
  ['signs of a path', "https://a.example/~x/a%2Fb;v=1,2:@!$&'()+_-.", ''],
  ['a host of one label', 'https://localhost', 'localhost'],
  ['a label of 63 characters', `https://${'a'.repeat(63)}.example`, ''],
  ['an address', 'https://192.0.2.1/x', '192.0.2.1/x'],
]

const refused: readonly [what: string, url: string][] = [
  ['another scheme', 'http://server.example.org'],
  ['no scheme', 'server.example.org'],
  ['the scheme in upper case', 'HTTPS://server.example.org'],
  ['the scheme alone', 'https://'],
  ['no host', 'https:///path'],
  ['a query', 'https://server.example.org/?a=b'],
  ['an empty query', 'https://server.example.org?'],
  ['a fragment', 'https://server.example.org/#a'],
  ['a user', 'https://user@server.example.org'],
  ['a user with a password', 'https://user:pass@server.example.org'],
  ['port 0', 'https://server.example.org:0'],
  ['a port past the highest', 'https://server.example.org:65536'],
  ['a port with a zero before it', 'https://server.example.org:0443'],
  ['an empty port', 'https://server.example.org:'],
  ['a wildcard', 'https://*.example.org'],
  ['a wildcard in the path', 'https://server.example.org/*'],
  ['a step up', 'https://server.example.org/a/../b'],
  ['a step in place', 'https://server.example.org/./b'],
  ['a bare percent sign', 'https://server.example.org/%zz'],
  ['white space', 'https://server.example.org/a b'],
  ['a line break at the end', 'https://server.example.org\n'],
  ['a backslash', 'https://server.example.org\\a'],
  ['an empty label', 'https://server..example.org'],
  ['a label of 64 characters', `https://${'a'.repeat(64)}.example`],
  ['a label that begins with a hyphen', 'https://-a.example'],
  ['beyond ASCII', 'https://bücher.example'],
]

test.each(accepted)('accepted: %s', (_what, url, name) => {
  expect(oidcProviderName(url)).toBe(name === '' ? url.slice('https://'.length) : name)
})

test.each(refused)('refused: %s', (_what, url) => {
  expect(oidcProviderName(url)).toBeUndefined()
})

test('whatever is accepted, a URL parser reads as that host and path, with nothing besides', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ0.-/:%?#@*\\_~ 12') })
  const anything = fc.oneof(
    fc.webUrl(),
    text.map((rest) => `https://${rest}`),
    fc.string(),
  )
  fc.assert(
    fc.property(anything, (url) => {
      const name = oidcProviderName(url)
      if (name === undefined) return
      const [host = '', ...path] = name.split('/')
      const parsed = URL.parse(url)
      // Not everything of the form is a host to a URL parser (`256.1.1.1`): it never is another.
      if (!parsed) return
      expect([parsed.protocol, parsed.search, parsed.hash, parsed.username]).toEqual([
        ...['https:', '', '', ''],
      ])
      expect(parsed.pathname).toBe(`/${path.join('/')}`)
      if (/[a-z]/i.test(parsed.hostname)) {
        expect(`${parsed.hostname}:${parsed.port || '443'}`).toBe(
          host.includes(':') ? host.toLowerCase() : `${host.toLowerCase()}:443`,
        )
      }
    }),
    { numRuns: 2000 },
  )
})
