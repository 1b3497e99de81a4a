/** Encrypted assertions: what they hide is judged like what stands open. */
import { XMLSerializer } from '@xmldom/xmldom'
import { isStronglySigned } from './signature-algorithms.ts'
import { isPlainXml, rootElement } from './xml.ts'

/**
 * The one encrypted assertion of a response, beside which none stands open; undefined otherwise. By
 * the local name alone, as node-saml finds it.
 */
export function encryptedAssertionOf(response: Element): Element | undefined {
  const children = Array.from(response.childNodes).filter(
    (node): node is Element => node.nodeType === 1,
  )
  const [only, ...more] = children.filter(({ localName }) => /Assertion$/.test(localName))
  return more.length === 0 && only?.localName === 'EncryptedAssertion' ? only : undefined
}

/**
 * Whether the key opens it, to plain XML without a weak signature. node-saml decrypts it again for
 * itself, and says nothing of what it saw.
 */
export async function hidesStrongSignatures(encrypted: Element, key: string): Promise<boolean> {
  const text = await decrypted(encrypted, key)
  const hidden = text !== undefined && isPlainXml(text) ? rootElement(text) : undefined
  return hidden !== undefined && isStronglySigned(hidden)
}

/** Undefined where another key is needed, or it is none of the encryption that we know. */
async function decrypted(encrypted: Element, key: string): Promise<string | undefined> {
  const { decrypt } = await import('xml-encryption') // As node-saml: with the first of them.
  return new Promise((resolve) => {
    const options = { key, warnInsecureAlgorithm: false }
    try {
      decrypt(new XMLSerializer().serializeToString(encrypted), options, (error, text) =>
        resolve(error ? undefined : text),
      )
    } catch {
      resolve(undefined)
    }
  })
}
