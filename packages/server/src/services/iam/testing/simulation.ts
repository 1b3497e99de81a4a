/** Policies and requests for tests of the simulator. */
import type { IamOperations } from '@bailiwick/wire'

export const objectA = 'arn:aws:s3:::bucket/a'
export const objectB = 'arn:aws:s3:::bucket/b'

export type CustomInput = IamOperations['SimulateCustomPolicy']['input']
export type SimulationOutput = IamOperations['SimulateCustomPolicy']['output']

/** A statement: allows s3:GetObject on everything, but for what is said otherwise. */
export const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
})

/** A policy text on one line, as recordings have it. */
export const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const allow = document(statement())
export const deny = document(statement({ Effect: 'Deny' }))
export const when = (Condition: object) => document(statement({ Condition }))

/** Where `allow` stands matched: recorded from AWS for that very text. */
export const matched = (SourcePolicyId: string, more: object = {}) => ({
  SourcePolicyId,
  SourcePolicyType: 'IAM Policy',
  StartPosition: { Line: 1, Column: 38 },
  EndPosition: { Line: 1, Column: 95 },
  ...more,
})
