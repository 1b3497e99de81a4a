import type { PolicyDocument, Statement } from './policy-document.ts'

/**
 * The context keys that policies ask for: those of its conditions and of the variables in its resources
 * and condition values. As written, each once, ignoring case, in the order they come.
 *
 * - Errors: none; total.
 * - Source: IAM API Reference, GetContextKeysForCustomPolicy; that documents of 2008-10-17 have no
 *   variables, and that keys keep their case, is recorded from AWS. `${*}`, `${?}` and `${$}` are
 *   characters, no keys.
 */
export function contextKeysOf(documents: readonly PolicyDocument[]): readonly string[] {
  return uniqueKeys(
    documents.flatMap(({ version, statements }) =>
      statements.flatMap((statement) => statementContextKeys(statement, version)),
    ),
  )
}

/** The same of one statement, with repetitions. */
export function statementContextKeys(
  { resources = [], notResources = [], conditions }: Statement,
  version: PolicyDocument['version'],
): readonly string[] {
  const keys = conditions.flatMap(({ conditionKey, values }) => [
    conditionKey,
    ...values.flatMap((value) => variableKeys(value, version)),
  ])
  const texts = [...resources, ...notResources]
  return [...texts.flatMap((text) => variableKeys(text, version)), ...keys]
}

/** Each key once, ignoring case, as it is first written. */
export function uniqueKeys(keys: Iterable<string>): readonly string[] {
  const byFolded = new Map<string, string>()
  for (const key of keys) {
    const folded = key.toLowerCase()
    if (!byFolded.has(folded)) byFolded.set(folded, key)
  }
  return [...byFolded.values()]
}

/** `${key}` and `${key, 'default'}`; one without its closing brace is literal text. */
export const variablePattern = /\$\{([^}]*)\}/g

const escapes: ReadonlySet<string> = new Set(['*', '?', '$', ''])

/** The keys of the variables in a text, with repetitions. */
export function variableKeys(text: string, version: PolicyDocument['version']): readonly string[] {
  if (version !== '2012-10-17' || !text.includes('${')) return []
  return [...text.matchAll(variablePattern)]
    .map(([, inside = '']) => inside.split(", '")[0] ?? '')
    .filter((key) => !escapes.has(key))
}
