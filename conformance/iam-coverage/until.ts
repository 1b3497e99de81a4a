import { setTimeout } from 'node:timers/promises'

const pollMs = 20

/** Asks until it is no longer in progress: there is no event to wait for over HTTP. */
export async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isDone(answer)) return answer
    await setTimeout(pollMs)
  }
}
