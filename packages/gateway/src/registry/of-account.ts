import { at, list, text } from '../resolve/forwarded-call.ts'
import type { KeptOperation } from './kept.ts'

/**
 * A list without what is of a resource that is not the account's.
 *
 * @param resourceArn Finds the ARN of the record in what stands under `arnMember`.
 */
export function ofAccount(member: string, arnMember: string, resourceArn: RegExp): KeptOperation {
  return {
    merges: (output, { accountId, resources }) => ({
      ...output,
      [member]: list(output[member]).filter((each) => {
        const found = resourceArn.exec(text(at(each, arnMember)) ?? '')?.[0]
        return resources.find(found ?? '')?.accountId === accountId
      }),
    }),
  }
}
