/** Bytes of a request's body. Source: recorded from STS, 413 with an empty body beyond it. */
export const bodyBytesMax = 10_000_000

/** Parameters of one Query request, the URL's and the body's together. Chosen by us. */
export const parameterCountMax = 10_000

/** Segments of a parameter's name, and levels of a JSON input. Chosen by us; models need 7. */
export const nestingDepthMax = 32

/** The `N` of `Name.member.N`. Chosen by us: what a signed 32-bit integer holds. */
export const listIndexMax = 2_147_483_647

/** Violated constraints that one refusal lists. Chosen by us. */
export const violationCountMax = 100

/** UTF-16 units of an offending value that a refusal repeats. Chosen by us. */
export const printedValueCharsMax = 4096
