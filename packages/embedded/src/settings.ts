/** What a process is told, in one line on its standard input: nobody else can read it there. */
export interface ChildSettings {
  readonly kind: EmbeddedKind
  /** The Unix domain socket to listen on. */
  readonly socketPath: string
  /** The folder of its data; absent: what it holds is gone with it. S3 always has one. */
  readonly dataDir?: string
  /** Whether the folder of its data goes with it. */
  readonly isPassing?: boolean
  /** The access key id that requests must be signed under: whoever does not know it is turned away. */
  readonly accessKeyId: string
}

export type EmbeddedKind = 's3' | 'queues' | 'tables'
