/** What users, groups and roles have alike: inline policies and attached managed policies. */
import { expect } from 'vitest'
import type { RowsByName } from '../row.ts'
import { everything as PolicyDocument, type World } from '../world.ts'
import { holders, type Holder } from './holder.ts'

const PolicyName = 'p'
const malformed = '{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*"}}'
const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const nested = `arn:aws:iam::aws:policy/${PolicyArn}`
const ofAService = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy'

/** A document of more characters than any quota of inline policies. */
const tooLong = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'a'.repeat(10_300)}` },
})

function inlinePolicyRows({ kind, named, make, protectedErrors }: Holder): RowsByName {
  const input = { ...named, PolicyName }
  const written = { ...input, PolicyDocument }
  const put = async (world: World, name = PolicyName) => {
    await world.iam(`Put${kind}Policy`, { ...named, PolicyName: name, PolicyDocument } as never)
    return input
  }
  const made = async (world: World) => {
    await make(world)
    return put(world)
  }
  return {
    [`Put${kind}Policy`]: {
      refused: written,
      async success(world: World) {
        await made(world)
        const got = await world.iam(`Get${kind}Policy`, input as never)
        expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(PolicyDocument)
      },
      errors: {
        NoSuchEntity: written,
        async MalformedPolicyDocument(world: World) {
          await make(world)
          return { ...input, PolicyDocument: malformed }
        },
        async LimitExceeded(world: World) {
          await make(world)
          return { ...input, PolicyDocument: tooLong }
        },
        ...protectedErrors(written),
      },
    },
    [`Get${kind}Policy`]: {
      refused: input,
      async success(world: World) {
        const got = await world.iam(`Get${kind}Policy`, (await made(world)) as never)
        expect(got).toMatchObject(input)
        expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(PolicyDocument)
      },
      errors: { NoSuchEntity: input },
    },
    [`Delete${kind}Policy`]: {
      refused: input,
      async success(world: World) {
        await world.iam(`Delete${kind}Policy`, (await made(world)) as never)
        const { PolicyNames } = await world.iam(`List${kind}Policies`, named as never)
        expect(PolicyNames).toEqual([])
      },
      errors: { NoSuchEntity: input, ...protectedErrors(input) },
    },
    [`List${kind}Policies`]: {
      refused: named,
      async success(world: World) {
        await made(world)
        const { PolicyNames } = await world.iam(`List${kind}Policies`, named as never)
        expect(PolicyNames).toEqual([PolicyName])
      },
      errors: { NoSuchEntity: named },
      async pastTheEnd(world: World) {
        await make(world)
        for (const name of ['a', 'B', 'c']) await put(world, name)
        return { input: named, items: 3 }
      },
    },
  }
}

function attachmentRows({ kind, named, make, protectedErrors }: Holder): RowsByName {
  const input = { ...named, PolicyArn }
  const attach = async (world: World, policyArn = PolicyArn) => {
    await world.iam(`Attach${kind}Policy`, { ...named, PolicyArn: policyArn } as never)
    return input
  }
  const attached = async ({ iam }: World) =>
    (await iam(`ListAttached${kind}Policies`, named as never)).AttachedPolicies
  const expected = [{ PolicyArn, PolicyName: 'ReadOnlyAccess' }]
  const missing = { NoSuchEntity: input }
  const withNested = async (world: World) => {
    await make(world)
    return { ...named, PolicyArn: nested }
  }
  return {
    [`Attach${kind}Policy`]: {
      refused: input,
      async success(world: World) {
        await make(world)
        await attach(world)
        expect(await attached(world)).toEqual(expected)
      },
      errors: {
        ...missing,
        InvalidInput: withNested,
        async PolicyNotAttachable(world: World) {
          await make(world)
          return { ...named, PolicyArn: ofAService }
        },
        async LimitExceeded(world: World) {
          await make(world)
          const own = await policyArns(world, 11)
          // PoliciesPerUser, PoliciesPerGroup and PoliciesPerRole are 10.
          for (const arn of own.slice(0, 10)) await attach(world, arn)
          return { ...named, PolicyArn: own[10] }
        },
        ...protectedErrors(input),
      },
    },
    [`Detach${kind}Policy`]: {
      refused: input,
      async success(world: World) {
        await make(world)
        await world.iam(`Detach${kind}Policy`, (await attach(world)) as never)
        expect(await attached(world)).toEqual([])
      },
      errors: { ...missing, InvalidInput: withNested, ...protectedErrors(input) },
    },
    [`ListAttached${kind}Policies`]: {
      refused: named,
      async success(world: World) {
        await make(world)
        await attach(world)
        expect(await attached(world)).toEqual(expected)
      },
      errors: { NoSuchEntity: named },
      async pastTheEnd(world: World) {
        await make(world)
        for (const arn of await policyArns(world, 3)) await attach(world, arn)
        return { input: named, items: 3 }
      },
    },
  }
}

async function policyArns({ iam }: World, count: number): Promise<readonly string[]> {
  const arns: string[] = []
  for (let n = 0; n < count; n++) {
    const { Policy } = await iam('CreatePolicy', { PolicyName: `p${String(n)}`, PolicyDocument })
    arns.push(Policy?.Arn ?? '')
  }
  return arns
}

export const holderRows: readonly RowsByName[] = holders.flatMap((holder) => [
  inlinePolicyRows(holder),
  attachmentRows(holder),
])
