/** The façade of `@bailiwick/policy`: everything an outsider may use, and nothing else. */
export type * from './authorization.ts'
export type * from './document/policy-document.ts'
