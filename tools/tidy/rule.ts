import type ts from 'typescript'

/** One thing out of order. `line` is 1-based; `message` says what to write instead. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly rule: string
  readonly message: string
}

/** A file under inspection. `path` is relative to the repository's root, with `/`. */
export interface Subject {
  readonly path: string
  readonly text: string
  readonly source: ts.SourceFile
}

/** Reports on one file; total, and never changes anything. */
export type Rule = (subject: Subject) => readonly Finding[]

/** The 1-based line on which `node` begins, its leading comments not counted. */
export function lineOf(subject: Subject, node: ts.Node): number {
  return subject.source.getLineAndCharacterOfPosition(node.getStart(subject.source)).line + 1
}

/** Tests and their fixtures: what never runs in production. */
export function isTest(path: string): boolean {
  return (
    /\.(test|spec|bench)\.tsx?$/.test(path) ||
    path.startsWith('conformance/') ||
    path.includes('/testing/') ||
    path.includes('/conformance/') ||
    path.includes('/test/')
  )
}

/** Source of a package, as opposed to a test, a tool or an example. */
export function isProduct(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path) && !isTest(path)
}
