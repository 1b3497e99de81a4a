/** `bailiwick health`: whether a server answers; for scripts and container checks. */
import { Command } from 'commander'
import { readClientFile } from '../client-file.ts'
import { CommandError } from '../command-error.ts'
import { dataOption } from './data-option.ts'

const timeoutMs = 5000

export function healthCommand(): Command {
  return new Command('health')
    .description('ask a server whether it can serve')
    .option('--url <url>', 'the server; otherwise the one last started on the data folder')
    .addOption(dataOption())
    .action(async (flags: { url?: string; data: string }) => {
      const url = flags.url ?? readClientFile(flags.data)?.url ?? 'http://127.0.0.1:4600'
      process.stdout.write(await health(url))
    })
}

async function health(url: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(`${url}/_bailiwick/health`, { signal }).catch(() => undefined)
  if (answer === undefined) throw new CommandError(`nothing answers on ${url}`)
  const text = await answer.text()
  if (answer.status !== 200) throw new CommandError(`${url} cannot serve: ${text}`)
  return `${url} is healthy\n`
}
