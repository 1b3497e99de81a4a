/** The principals a policy text names, and the text with other names in their place. */
import { elementsOf, fieldsOf, parseJsonTree, stringOf } from './json-tree.ts'
import { isPrincipalType } from './principal-format.ts'
import type { PrincipalType } from './principal-format.ts'

/** One value of a `Principal` or `NotPrincipal`. `*` is nobody's name and is not among them. */
export interface PrincipalReference {
  readonly type: PrincipalType
  readonly value: string
  /** Of the JSON string, quotes included, in UTF-16 code units from the start of the text. */
  readonly offset: number
  readonly length: number
}

/** In the order of the text; none where it is not JSON. */
export function principalReferences(text: string): readonly PrincipalReference[] {
  const tree = parseJsonTree(text)
  if (!tree.ok) return []
  const references: PrincipalReference[] = []
  const named = (name: string) => (field: { name: string }) => field.name === name
  const statements = fieldsOf(tree.root)
    .filter(named('Statement'))
    .flatMap((field) => elementsOf(field.value))
  for (const statement of statements) {
    for (const element of fieldsOf(statement)) {
      if (element.name !== 'Principal' && element.name !== 'NotPrincipal') continue
      for (const { name: type, value: values } of fieldsOf(element.value)) {
        if (!isPrincipalType(type)) continue
        for (const node of elementsOf(values)) {
          const { offset, length } = node
          const value = stringOf(node)
          if (node.type !== 'string' || value === '*') continue
          references.push({ type, value, offset, length })
        }
      }
    }
  }
  return references
}

/**
 * The text with each principal replaced by what `replace` returns for it, and every other
 * character as it was: how a policy is saved (ARN → unique id) and read back (unique id → ARN).
 * A text that is not JSON comes back unchanged.
 */
export function replacePrincipals(
  text: string,
  replace: (value: string, type: PrincipalType) => string,
): string {
  let replaced = ''
  let copiedTo = 0
  for (const { type, value, offset, length } of principalReferences(text)) {
    const replacement = replace(value, type)
    if (replacement === value) continue
    replaced += text.slice(copiedTo, offset) + JSON.stringify(replacement)
    copiedTo = offset + length
  }
  return replaced + text.slice(copiedTo)
}
