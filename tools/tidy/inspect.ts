import ts from 'typescript'
import { bannedCalls, leftovers } from './banned.ts'
import { fileName } from './names.ts'
import type { Finding, Rule } from './rule.ts'
import { fileSize, functionSize } from './sizes.ts'

const rules: readonly Rule[] = [fileName, fileSize, functionSize, bannedCalls, leftovers]

/** Written by a tool from data: reviewed as a diff of the data, not as source. */
const generated = [/^packages\/wire\/models\//, /\/generated\//]

/**
 * What is out of order in one file, by line. Generated files and files that are not TypeScript
 * have no findings. `path` is relative to the repository's root, with `/`.
 */
export function inspect(path: string, text: string): readonly Finding[] {
  if (!/\.tsx?$/.test(path) || generated.some((place) => place.test(path))) return []
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const findings = rules.flatMap((rule) => rule({ path, text, source }))
  return findings.toSorted((a, b) => a.line - b.line)
}
