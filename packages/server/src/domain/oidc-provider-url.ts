const urlParts = /^https:\/\/([^/:]+)(?::(\d{1,5}))?((?:\/[\w.~!$&'()+,;=:@%-]*)*)$/
const label = /^[A-Za-z0-9-]{1,63}$/
const portMax = 65_535

/**
 * What an OpenID Connect provider is called: its URL without `https://`, as its ARN and the
 * condition keys of trust policies have it. Undefined for a URL that cannot be a provider's.
 *
 * Kept letter for letter, a slash at the end included: the `iss` of tokens is compared with it. A
 * query, a fragment, a user and `*` are refused, and so is a path that another spelling would
 * equal (`/./`, `/../`, a bare `%`).
 *
 * Source: IAM API Reference, CreateOpenIDConnectProvider, Url. Chosen by us: a port is accepted,
 * which AWS advises against, because providers of one's own often have one.
 */
export function oidcProviderName(url: string): string | undefined {
  const [, host = '', port, path = ''] = urlParts.exec(url) ?? []
  if (!host.split('.').every(isLabel)) return undefined
  if (port !== undefined && (port.startsWith('0') || Number(port) > portMax)) return undefined
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return undefined
  return url.slice('https://'.length)
}

function isLabel(text: string): boolean {
  return label.test(text) && !text.startsWith('-') && !text.endsWith('-')
}
