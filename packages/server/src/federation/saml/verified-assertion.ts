/** The assertion of a response, as far as a certificate of the provider's has signed it. */
import { encryptedAssertionOf, hidesStrongSignatures } from './encrypted-assertion.ts'
import { isStronglySigned } from './signature-algorithms.ts'
import { isPlainXml, rootElement } from './xml.ts'

export interface SigningParty {
  readonly entityId: string
  /** Base64 of DER. */
  readonly certificates: readonly string[]
  /** PEM: what encrypted assertions are for. */
  readonly privateKeys: readonly string[]
  readonly mustBeEncrypted: boolean
}

/**
 * What verifies signatures, and decrypts. Times are judged by our clock, afterwards, as everything
 * else is that the assertion says: of the document only what was signed goes on. Loaded when the
 * first assertion comes, since it takes as long as all the rest of the start.
 */
async function loadVerifier() {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml')
  class SignatureVerifier extends SAML {
    protected override checkTimestampsValidityError(): null {
      return null
    }
  }
  return { SignatureVerifier, never: ValidateInResponseTo.never }
}

let verifierLoaded: ReturnType<typeof loadVerifier> | undefined

/** Undefined where nobody whom the provider names has signed it, or it is no response. */
export async function verifiedAssertion(
  xml: string,
  party: SigningParty,
): Promise<Element | undefined> {
  const response = isPlainXml(xml) ? rootElement(xml) : undefined
  if (!response || !isStronglySigned(response)) return undefined
  const encrypted = encryptedAssertionOf(response)
  if (party.mustBeEncrypted && !encrypted) return undefined
  const keys = encrypted ? party.privateKeys : [undefined]
  for (const key of keys) {
    if (encrypted && key !== undefined && !(await hidesStrongSignatures(encrypted, key))) continue
    const text = await verifiedText(xml, party, key)
    if (text !== undefined) return rootElement(text)
  }
  return undefined
}

async function verifiedText(
  xml: string,
  { entityId, certificates }: SigningParty,
  decryptionPvk: string | undefined,
): Promise<string | undefined> {
  const { SignatureVerifier, never } = await (verifierLoaded ??= loadVerifier())
  const verifier = new SignatureVerifier({
    callbackUrl: 'https://signin.aws.amazon.com/saml',
    issuer: 'urn:amazon:webservices',
    idpIssuer: entityId,
    idpCert: [...certificates],
    audience: false, // Judged afterwards, against all that AWS takes.
    wantAssertionsSigned: false, // One of the two must be: the response or the assertion.
    wantAuthnResponseSigned: false,
    validateInResponseTo: never,
    acceptedClockSkewMs: -1,
    ...(decryptionPvk !== undefined && { decryptionPvk }),
  })
  try {
    const SAMLResponse = Buffer.from(xml).toString('base64')
    const { profile } = await verifier.validatePostResponseAsync({ SAMLResponse })
    return profile?.getAssertionXml?.()
  } catch {
    return undefined
  }
}
