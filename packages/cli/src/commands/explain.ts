/** `bailiwick explain ID`: why a request was refused, asked of the server that refused it. */
import { explanationText } from '@bailiwick/policy'
import type { AuthorizationRequest, Explanation } from '@bailiwick/policy'
import { Command } from 'commander'
import { accessOf, callBailiwick } from '../api-client.ts'
import { dataOption } from './data-option.ts'

/** As `ExplainRequest` answers. */
export interface ExplainedRequest {
  readonly requestId: string
  readonly time: string
  readonly caller: string
  readonly operation: string
  readonly observed: boolean
  readonly error?: { readonly code: string; readonly message: string }
  /** Both absent where no policy was asked. */
  readonly request?: Pick<AuthorizationRequest, 'action' | 'resource'> & {
    readonly resourceAccountId?: string
    readonly context?: Readonly<Record<string, string | readonly string[]>>
  }
  readonly explanation?: Explanation
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('explain why a request was refused')
    .argument('<id>', 'the request id: x-amzn-requestid, or RequestId of an error')
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .addHelpText('after', '\n  Exit codes: 0 explained; 1 not known, or not to be asked.')
    .action(async (id: string, flags: { json?: boolean; data: string }) => {
      const answer = await callBailiwick(accessOf(flags.data), 'ExplainRequest', { RequestId: id })
      const { Document: text } = answer as { readonly Document: string }
      const document = JSON.parse(text) as ExplainedRequest
      const said = flags.json ? JSON.stringify(document, null, 2) : explainedText(document)
      process.stdout.write(`${said}\n`)
    })
}

/** For people; lines without a line feed at the end. */
export function explainedText(document: ExplainedRequest): string {
  const { requestId, time, caller, operation, observed, error, request, explanation } = document
  const outcome = observed ? 'was let through to be observed; policy had denied it' : 'was refused'
  const lines = [`Request ${requestId}, ${operation} by ${caller} at ${time}, ${outcome}.`, '']
  if (request === undefined || explanation === undefined) {
    lines.push(`No policy was asked: ${error?.message ?? error?.code ?? 'it was not understood'}`)
    return lines.join('\n')
  }
  lines.push(explanationText(request, explanation))
  if (request.context !== undefined) {
    lines.push('', 'What was known of the request:')
    for (const [key, value] of Object.entries(request.context).sort()) {
      lines.push(`  ${key}: ${typeof value === 'string' ? value : value.join(', ')}`)
    }
  }
  return lines.join('\n')
}
