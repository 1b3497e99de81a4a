/**
 * Names, actions, resource types and condition keys of every AWS service: a subpath of its own
 * (`@bailiwick/policy/action-data`), so that the engine stays small. Generated from the Service
 * Authorization Reference by tools/action-data.
 */
import packed from './data.json' with { type: 'json' }

export type AccessLevel = 'R' | 'W' | 'L' | 'T' | 'P'

export interface PackedService {
  /** As AWS displays it: `Amazon S3`. */
  readonly name: string
  /** Name, access level (Read, Write, List, Tagging, Permissions), resource types, condition keys. */
  readonly actions: readonly (readonly [
    name: string,
    accessLevel: string,
    resourceTypes: readonly number[],
    conditionKeys: readonly number[],
  ])[]
  /** Name, ARN pattern (`arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`), condition keys. */
  readonly resourceTypes: readonly (readonly [
    name: string,
    arn: string,
    conditionKeys: readonly number[],
  ])[]
  /** Key as documented (`aws:ResourceTag/${TagKey}`) and type (`String`, `ArrayOfARN` …). */
  readonly conditionKeys: readonly (readonly [key: string, type: string])[]
}

export interface PackedActionData {
  readonly source: string
  /** By service prefix, lower case. */
  readonly services: Readonly<Record<string, PackedService>>
}

export const actionData = packed as unknown as PackedActionData
