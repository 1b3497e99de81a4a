/* eslint-disable no-control-regex -- control characters are the point */
// What XML 1.0 does not allow, what its parsers would change, and what has a meaning of its own.
const special = /[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/
const specials =
  /[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
}

/**
 * A text as the content of an XML element. Characters that XML 1.0 cannot hold, even escaped, become
 * U+FFFD (chosen by us); a carriage return is escaped, since parsers turn a bare one into a newline.
 */
export function escapeXml(text: string): string {
  if (!special.test(text)) return text
  return text.replace(specials, (char) => entities[char] ?? '\ufffd')
}
