/** The part of samlp that tests use; it comes without types. */
declare module 'samlp' {
  const samlp: {
    getSamlResponse(
      config: object,
      user: object,
      callback: (error: Error | null, response: string) => void,
    ): void
  }
  export default samlp
}
