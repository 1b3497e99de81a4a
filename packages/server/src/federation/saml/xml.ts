/** XML as SAML has it: elements count by name and namespace, and text is all of an element's text. */
import { DOMParser } from '@xmldom/xmldom'

export const assertionNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion'

/** No document type and no processing instruction: nothing is fetched, and nothing expands. */
export function isPlainXml(text: string): boolean {
  const body = text.replace(/^\s*<\?xml\s[^<>?]*\?>/, '')
  return /^\s*</.test(body) && !body.includes('<?') && !/<!(?!--|\[CDATA\[)/.test(body)
}

/** Undefined for what is not well-formed. */
export function rootElement(text: string): Element | undefined {
  const fail = (message: unknown): never => {
    throw new Error(String(message))
  }
  try {
    const errorHandler = { warning: fail, error: fail, fatalError: fail }
    const parser = new DOMParser({ locator: {}, errorHandler })
    return parser.parseFromString(text, 'text/xml').documentElement
  } catch {
    return undefined
  }
}

/** Children of that name in the namespace of assertions. */
export function childrenOf(parent: Element, name: string): readonly Element[] {
  const children: Element[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType !== 1) continue
    const element = node as Element
    if (element.namespaceURI === assertionNamespace && element.localName === name) {
      children.push(element)
    }
  }
  return children
}

/** All text of the element, also where comments stand between. */
export function textOf(element: Element): string {
  return (element.textContent ?? '').trim()
}

/** Undefined where it is absent, or empty. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.getAttribute(name) || undefined
}
