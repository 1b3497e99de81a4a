import { fitsTemplate, resourceTemplates } from '@bailiwick/policy'
import type { PolicySet, PolicyText } from '@bailiwick/policy'
import type { PackedActionData } from '@bailiwick/policy/action-data'
import type { IamOperations } from '@bailiwick/wire'
import { iamArn, parseArn } from '../../domain/arn.ts'
import type { KnownPrincipal } from '../../domain/held-policy.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { pageOfList } from './paging.ts'
import type { PolicyHolder } from './policy-holder.ts'
import {
  existingPolicySource,
  findPolicySource,
  parseHolderArn,
  policySourceCheck,
} from './policy-source.ts'
import { createSimulator } from './simulate.ts'
import type { Simulation } from './simulate.ts'
import { anyoneOf, hypotheticalCaller } from './simulation-caller.ts'
import {
  assertActions,
  assertScenario,
  ownerAccountId,
  simulatedResources,
} from './simulation-checks.ts'
import { simulationContext } from './simulation-context.ts'
import { withoutExcluded } from './simulation-exclusions.ts'
import {
  inputBoundary,
  inputPolicies,
  inputResourcePolicy,
  inputServiceControl,
  readable,
} from './simulation-policies.ts'

type CustomInput = IamOperations['SimulateCustomPolicy']['input']
type Input = Omit<CustomInput, 'PolicyInputList' | 'OrderedOrganizationPolicyInputList'>

/** Who is simulated, and by which policies, but for the resource's. */
interface Subject {
  readonly caller: KnownPrincipal
  /** Absent where nobody says who calls: then a resource policy names nobody. */
  readonly callerArn?: string
  readonly policies: PolicySet<PolicyText>
  readonly isInOrganization: boolean
}

/** Decisions of one answer at most: the page is cut, and the rest stands on the next. */
const decisionCountMax = 10_000

/**
 * Asks every action of the page about every resource.
 * Errors: InvalidInput; ValidationError for a marker that is none.
 */
async function simulate(scope: Scope, input: Input, subject: Subject) {
  const resources = simulatedResources(input.ResourceArns)
  const isForAll = resources[0] === '*'
  // A megabyte that few other operations need.
  const { actionData } = await import('@bailiwick/policy/action-data')
  assertActions(input.ActionNames, isForAll, actionData)
  if (input.ResourceHandlingOption !== undefined && !isForAll) {
    assertScenario(input.ResourceHandlingOption, input.ActionNames, resources)
  }
  const { caller } = subject
  const context = simulationContext(caller.contextKeys, input.ContextEntries)
  const simulator = createSimulator({
    request: {
      principal: caller.principal,
      principalInManagementAccount: caller.inManagementAccount,
      context,
    },
    ...resourceSide(scope, input, subject, isForAll),
    resources,
    isInOrganization: subject.isInOrganization,
    resourceNameOf: resourceNames(scope, resources, actionData),
  })
  const { items, output } = pageOfList(
    {
      Marker: input.Marker,
      MaxItems: Math.min(
        input.MaxItems ?? 100,
        Math.max(1, Math.floor(decisionCountMax / resources.length)),
      ),
    },
    [...input.ActionNames.entries()],
    ([index]) => String(index),
    ([index], key) => index > Number(key),
  )
  return { EvaluationResults: items.map(([, action]) => simulator(action)), ...output }
}

/**
 * The resource policy and whose the resources are: the account in the ARN, or ResourceOwner.
 * Without a resource policy only the caller's side is simulated, unless an owner is named.
 * Errors: InvalidInput. Source: IAM API Reference, SimulateCustomPolicy, ResourceOwner.
 */
function resourceSide(
  scope: Scope,
  { ResourcePolicy, ResourceOwner }: Input,
  { policies, callerArn }: Subject,
  isForAll: boolean,
): Pick<Simulation, 'policies' | 'ownerOf'> {
  const owner = ResourceOwner === undefined ? undefined : ownerAccountId(ResourceOwner)
  const accountIn = (resource: string) => {
    const accountId = parseArn(resource)?.accountId ?? ''
    return /^\d{12}$/.test(accountId) ? accountId : undefined
  }
  if (ResourcePolicy === undefined) {
    const ownerOf = (resource: string) => owner && (accountIn(resource) ?? owner)
    return { policies, ownerOf }
  }
  assertMayMeetResourcePolicy(callerArn)
  if (isForAll) {
    const message = 'Invalid Entity Arn: * does not clearly define entity type and name.'
    throw new ApiError('InvalidInput', message)
  }
  const resource = [inputResourcePolicy(scope, ResourcePolicy)]
  return {
    policies: { ...policies, resource },
    ownerOf: (arn) => accountIn(arn) ?? owner,
  }
}

/** Errors: InvalidInput. Source: as documented, resource policies are simulated for users alone. */
function assertMayMeetResourcePolicy(callerArn: string | undefined): void {
  if (callerArn === undefined) {
    const message = 'Invalid caller - Caller cannot be null or empty.'
    throw new ApiError('InvalidInput', message)
  }
  if (parseHolderArn(callerArn)?.kind === 'user') return
  const message = 'Invalid caller - Caller must be an IAM user where there is a resource policy.'
  throw new ApiError('InvalidInput', message)
}

/**
 * The name of a result on several resources: the ARN template of what the action is authorized on,
 * of the first resource's type where it has several. Recorded; the templates are the reference's.
 */
function resourceNames(
  { partition }: Scope,
  [first = '']: readonly string[],
  actionData: PackedActionData,
) {
  return (action: string): string => {
    const templates = resourceTemplates(action, actionData) ?? []
    const template = templates.find((one) => fitsTemplate(one, first)) ?? templates[0] ?? '*'
    return template.replace('${Partition}', partition)
  }
}

/**
 * iam:SimulateCustomPolicy: what policies handed in would decide. Errors: InvalidInput.
 * Source: IAM API Reference, SimulateCustomPolicy; recorded answers (2026-09).
 */
export const SimulateCustomPolicy = readOperation('iam', 'SimulateCustomPolicy', {
  authorize: () => ({ resourceArn: '*' }),

  handle(input, scope) {
    const { CallerArn: callerArn, OrderedOrganizationPolicyInputList: levels } = input
    const permissionsBoundary = inputBoundary(scope, input.PermissionsBoundaryPolicyInputList)
    const serviceControl = levels && inputServiceControl(scope, levels)
    return simulate(scope, input, {
      caller: callerArn === undefined ? anyoneOf(scope) : hypotheticalCaller(callerArn),
      ...(callerArn !== undefined && { callerArn }),
      policies: {
        identity: inputPolicies(scope, input.PolicyInputList),
        ...(permissionsBoundary && { permissionsBoundary }),
        ...(serviceControl && { serviceControl }),
      },
      isInOrganization: serviceControl !== undefined,
    })
  },
})

/**
 * iam:SimulatePrincipalPolicy: what a principal's policies, its groups' and its boundary would
 * decide, with or without some, and with more. A boundary that is handed in stands in for its own.
 * Errors: InvalidInput, NoSuchEntity, PolicyEvaluation for a policy that cannot be read.
 * Source: IAM API Reference, SimulatePrincipalPolicy; recorded answers (2026-09).
 */
export const SimulatePrincipalPolicy = readOperation('iam', 'SimulatePrincipalPolicy', {
  resolve: ({ PolicySourceArn }, scope) => findPolicySource(scope, PolicySourceArn),
  authorize: ({ PolicySourceArn }, scope, found) =>
    policySourceCheck(scope, PolicySourceArn, found),

  async handle(input, scope, found) {
    const holder = existingPolicySource(scope, input.PolicySourceArn, found)
    const held = withoutExcluded(await scope.heldPolicies(holder), input.PolicyExclusionList)
    const { permissionsBoundary: own } = held
    const permissionsBoundary =
      inputBoundary(scope, input.PermissionsBoundaryPolicyInputList) ?? (own && readable(own))
    const more = inputPolicies(scope, input.PolicyInputList)
    const account = await scope.store.account(scope.accountId)
    return simulate(scope, input, {
      ...(await callerOf(scope, holder, input.CallerArn)),
      policies: {
        identity: [...held.identity.map(readable), ...more],
        ...(permissionsBoundary && { permissionsBoundary }),
      },
      isInOrganization: account?.organizationId !== undefined,
    })
  },
})

/**
 * The caller of a principal's simulation: the principal itself, as enforcement sees it, or the one
 * that is named, as if it had the principal's policies. A group calls nothing.
 */
async function callerOf(
  scope: Scope,
  holder: PolicyHolder,
  callerArn: string | undefined,
): Promise<Pick<Subject, 'caller' | 'callerArn'>> {
  const ownArn = iamArn(scope, holder.kind, holder.path, holder.name)
  if (callerArn !== undefined && callerArn !== ownArn) {
    return { caller: hypotheticalCaller(callerArn), callerArn }
  }
  if (holder.kind === 'group') return { caller: anyoneOf(scope), ...(callerArn && { callerArn }) }
  const caller = await scope.knownPrincipal(holder)
  if (holder.kind === 'role') return { caller, ...(callerArn && { callerArn }) }
  return { caller, callerArn: ownArn }
}
