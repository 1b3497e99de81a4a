/**
 * Bounds on a policy text, whatever its type. Quotas of one kind of policy (6,144 for a managed
 * policy …) are the caller's: see {@link documentNonSpaceChars}.
 */

/** UTF-16 code units. Source: IAM API Reference, `PolicyDocument`, maximum length. */
export const documentCharsMax = 131_072

/** AWS's own policies outgrow what it takes from others: AWSSupportServiceRolePolicy. */
export const awsManagedDocumentCharsMax = 1_048_576

/**
 * Nested objects and arrays. A policy needs six: document, Statement list, statement, Condition,
 * operator, value list. Chosen by us: deep enough never to hide a better message.
 */
export const documentDepthMax = 32

/**
 * Characters of a document that count against IAM's quotas: all but white space.
 * Source: IAM User Guide, "IAM and STS quotas", IAM and STS character limits.
 */
export function documentNonSpaceChars(text: string): number {
  let count = 0
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) count++
  }
  return count
}

/** Deepest nesting of braces and brackets outside strings; needs no valid JSON, and no stack. */
export function nestingDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let offset = 0; offset < text.length; offset++) {
    const char = text[offset]
    if (inString) {
      if (char === '\\') offset++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') depth--
  }
  return deepest
}
