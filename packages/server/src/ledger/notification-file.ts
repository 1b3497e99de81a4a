import { appendFile, chmod } from 'node:fs/promises'

/**
 * Where notifications of SNS topics go while there is no SNS here: one JSON object a line, in a file
 * that its owner alone reads, since exchange tokens are among them.
 *
 * @param reportFailure Called where a line could not be written; the caller of `notify` does not wait.
 */
export function createNotificationFile(
  file: string,
  clock: () => Date,
  reportFailure: (cause: unknown) => void,
): { notify(topicArn: string, message: object): void; close(): Promise<void> } {
  let written: Promise<void> = Promise.resolve()
  return {
    notify(topicArn, message) {
      const line = JSON.stringify({ time: clock().toISOString(), topicArn, message })
      written = written
        .then(() => appendFile(file, `${line}\n`, { mode: 0o600 }))
        .then(() => chmod(file, 0o600)) // Also where somebody else made it.
        .catch(reportFailure)
    },
    close: () => written,
  }
}
