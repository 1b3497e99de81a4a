/**
 * A member as AWS really answers it where its model says otherwise: a required member left out, a
 * value beside the enum. Each use names the recording.
 */
export function asRecorded<T>(answer: unknown): T {
  return answer as T
}
