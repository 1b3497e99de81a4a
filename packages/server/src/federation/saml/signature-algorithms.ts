/** With what assertions may be signed. Chosen by us: SHA-1 signs nothing any more. */

const signatureMethods = new Set(
  ['rsa', 'ecdsa'].flatMap((kind) =>
    ['256', '384', '512'].map(
      (bits) => `http://www.w3.org/2001/04/xmldsig-more#${kind}-sha${bits}`,
    ),
  ),
)
const digestMethods = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])

/**
 * Whether each signature in it, wherever it stands, is by an algorithm that still proves something.
 * Of encrypted keys, whose padding has digests too, nothing is asked. Source: RFC 9231 §2.
 */
export function isStronglySigned(root: Element): boolean {
  const signatures = elements(root, 'SignatureMethod').map(algorithmOf)
  const digests = elements(root, 'DigestMethod').filter(
    ({ parentNode }) => (parentNode as Element | null)?.localName === 'Reference',
  )
  return (
    signatures.every((algorithm) => signatureMethods.has(algorithm)) &&
    digests.every((digest) => digestMethods.has(algorithmOf(digest)))
  )
}

/** By the local name alone: what is looked for under any prefix is refused under any. */
function elements(root: Element, localName: string): readonly Element[] {
  return Array.from(root.getElementsByTagNameNS('*', localName))
}

function algorithmOf(method: Element): string {
  return method.getAttribute('Algorithm') ?? ''
}
