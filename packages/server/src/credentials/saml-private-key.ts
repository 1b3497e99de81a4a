import { createPrivateKey } from 'node:crypto'

/**
 * Whether the text is the PEM of one RSA private key without a passphrase: what the keys of
 * encrypted assertions are wrapped for. Source: IAM API Reference, CreateSAMLProvider,
 * AddPrivateKey; XML Encryption 1.1, section 5.5, key transport.
 */
export function isSamlPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey({ key: pem, format: 'pem' }).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
