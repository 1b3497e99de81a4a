import {
  brokenLinkOf,
  isValidAt,
  parseCertificate,
  parseCertificates,
  parsePrivateKey,
} from '../../credentials/certificate.ts'
import { ApiError } from '../api-error.ts'
import { malformedCertificate } from './certificate-errors.ts'

/** Certificates of a chain: each costs a signature to verify. Chosen by us. */
export const chainCertificatesMax = 20

/**
 * A certificate, its private key and its chain, that belong together and are valid now.
 *
 * Errors: KeyPairMismatch, MalformedCertificate. The wording for a body is recorded, that for a
 * chain as users report it; the others, and which error each is, are chosen by us.
 * Source: IAM User Guide, "Manage server certificates in IAM".
 */
export function checkedServerCertificate(
  input: {
    readonly CertificateBody: string
    readonly CertificateChain?: string | undefined
    readonly PrivateKey: string
  },
  now: Date,
): { readonly expiresAt: Date } {
  const certificate = parseCertificate(input.CertificateBody)
  if (!certificate) throw malformedCertificate()
  if (!isValidAt(certificate, now)) {
    throw new ApiError('MalformedCertificate', 'The certificate is not valid at this time.')
  }
  const privateKey = parsePrivateKey(input.PrivateKey)
  if (!privateKey) {
    const message = 'The private key is malformed or encrypted.'
    throw new ApiError('MalformedCertificate', message)
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    const message = 'The public key certificate and the private key do not match.'
    throw new ApiError('KeyPairMismatch', message)
  }
  const chain =
    input.CertificateChain === undefined ? [] : parseCertificates(input.CertificateChain)
  if (!chain) throw new ApiError('MalformedCertificate', 'The certificate chain is malformed.')
  if (chain.length > chainCertificatesMax) {
    const message = `The certificate chain has more than ${chainCertificatesMax} certificates.`
    throw new ApiError('MalformedCertificate', message)
  }
  const broken = brokenLinkOf(certificate, chain)
  if (broken !== undefined) {
    const message = `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${broken}`
    throw new ApiError('MalformedCertificate', message)
  }
  return { expiresAt: certificate.validToDate }
}
