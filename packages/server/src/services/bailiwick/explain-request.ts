/** Why a request was refused: from the newest refusals, for those they concern. */
import { policyTexts } from '@bailiwick/gateway'
import type { Explanation, PolicyType } from '@bailiwick/policy'
import { explain } from '@bailiwick/policy'
import { ApiError } from '../api-error.ts'
import type { KeptRefusal, RefusalsPort } from '../kept-refusals.ts'
import { readOperation } from '../operation.ts'

/**
 * bailiwick:ExplainRequest. The answer is a document: the request, and its explanation as
 * `bailiwick policy decide --explain` has it. Errors: ResourceNotFoundException for an id that is not
 * known, or no longer, and alike for a request of another account on another account's resource.
 */
export const ExplainRequest = readOperation('bailiwick', 'ExplainRequest', {
  authorize({ RequestId }, { partition, region, accountId }) {
    const resource = `request/${RequestId}`
    return { resourceArn: `arn:${partition}:bailiwick:${region}:${accountId}:${resource}` }
  },

  handle({ RequestId }, { accountId, refusals }) {
    const refusal = refusals.find(RequestId)
    const view = refusal && viewOf(refusal, accountId)
    if (refusal === undefined || view === undefined) {
      const message = `No refusal ${RequestId} is known here: only the newest are kept, until the server ends.`
      throw new ApiError('ResourceNotFoundException', message)
    }
    const document = documentOf(refusal, view, refusals)
    return Promise.resolve({ RequestId, Document: JSON.stringify(document) })
  },
})

/** What of a refusal an account may see: its own principal's side, its own resource's, or both. */
interface View {
  readonly principal: boolean
  readonly resource: boolean
}

function viewOf({ callerAccountId, asked }: KeptRefusal, accountId: string): View | undefined {
  const owner = asked?.request.resourceAccountId ?? callerAccountId
  const view = { principal: callerAccountId === accountId, resource: owner === accountId }
  return view.principal || view.resource ? view : undefined
}

const ofResources: ReadonlySet<PolicyType> = new Set(['resourcePolicy', 'resourceControlPolicy'])

function documentOf(refusal: KeptRefusal, view: View, refusals: RefusalsPort): object {
  const { requestId, at, callerArn, operation, observed, error, asked } = refusal
  const told = { requestId, time: at.toISOString(), caller: callerArn, operation, observed, error }
  if (asked === undefined) return told
  const { request } = asked
  const { action, resource, resourceAccountId, unknown } = request
  const explanation = explain(
    request,
    policyTexts(asked.policies, ({ policy }) => refusals.textOf(policy)),
  )
  return {
    ...told,
    request: {
      action,
      resource,
      resourceAccountId,
      ...(unknown?.resource === true && { resourceIsPattern: true }),
      // Some of it says who the caller is, in words of its own account.
      ...(view.principal && { context: Object.fromEntries(request.context) }),
    },
    explanation: visible(explanation, view),
  }
}

/** Without what stands in policies of the other account. */
function visible(explanation: Explanation, view: View): Explanation {
  const isSeen = (type: PolicyType) => (ofResources.has(type) ? view.resource : view.principal)
  const { decision, layers, matchedStatements, nearMisses, smallestChange } = explanation
  const { missingContextKeys } = explanation
  const ofStatement = ({ source }: { readonly source: { readonly policyType: PolicyType } }) =>
    isSeen(source.policyType)
  return {
    decision: {
      ...decision,
      decidingStatements: decision.decidingStatements.filter(ofStatement),
    },
    layers: layers.filter(({ policyType }) => isSeen(policyType)),
    matchedStatements: matchedStatements.filter(ofStatement),
    nearMisses: nearMisses.filter(ofStatement),
    missingContextKeys: view.principal && view.resource ? missingContextKeys : [],
    smallestChange: smallestChange.filter((change) =>
      change.kind === 'addStatement' ? isSeen(change.policyType) : ofStatement(change.statement),
    ),
  }
}
