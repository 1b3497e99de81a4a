import { withKnownKeys } from '../authorize/unknown.ts'
import type { Check } from '../operation.ts'
import { checkOn } from './by-facts.ts'
import type { ForwardedCall } from './forwarded-call.ts'
import { tagKeys } from './tag-keys.ts'

/**
 * Operations that tag what they make, and the action that this needs besides. DynamoDB's and S3's stand
 * with the rest of theirs. Not here: ECS, which asks only where an account has turned it on, and Kinesis.
 * Sources: the API references, each operation, on its tags; Lambda Developer Guide, "Using tags";
 * Systems Manager User Guide, "Tagging parameters"; ECR User Guide, "Tagging a private repository";
 * Firehose API Reference, CreateDeliveryStream. Of CloudTrail and Scheduler chosen by us.
 */
const taggingActions: Readonly<Record<string, string>> = {
  'cloudtrail:CreateDashboard': 'cloudtrail:AddTags',
  'cloudwatch:PutCompositeAlarm': 'cloudwatch:TagResource',
  'cloudwatch:PutInsightRule': 'cloudwatch:TagResource',
  'cloudwatch:PutMetricAlarm': 'cloudwatch:TagResource',
  'cloudwatch:PutMetricStream': 'cloudwatch:TagResource',
  'ecr:CreateRepository': 'ecr:TagResource',
  'events:CreateEventBus': 'events:TagResource',
  'events:PutRule': 'events:TagResource',
  'firehose:CreateDeliveryStream': 'firehose:TagDeliveryStream',
  'kms:CreateKey': 'kms:TagResource',
  'lambda:CreateFunction': 'lambda:TagResource',
  'logs:CreateLogGroup': 'logs:TagResource',
  'scheduler:CreateScheduleGroup': 'scheduler:TagResource',
  'secretsmanager:CreateSecret': 'secretsmanager:TagResource',
  'sns:CreateTopic': 'sns:TagResource',
  'sqs:CreateQueue': 'sqs:TagQueue',
  'ssm:PutParameter': 'ssm:AddTagsToResource',
  'states:CreateActivity': 'states:TagResource',
  'states:CreateStateMachine': 'states:TagResource',
}

/** The check on the tags of what is made, where there are any; it is on what the creation is on. */
export function taggingChecks(call: ForwardedCall, [creation]: readonly Check[]): readonly Check[] {
  const action = taggingActions[`${call.service}:${call.operation.name}`]
  if (action === undefined || creation === undefined) return []
  if (tagKeys(call)['aws:TagKeys'] === undefined) return []
  const check = checkOn(call, action, taggedArn(call, creation.resourceArn))
  // What the creation knows to have no tags yet has none for them, either.
  const isNew = creation.unknown?.contextKeys.includes(tagsOfResource) !== true
  const families = [tagsOfResource, `${call.service}:ResourceTag/`]
  return [isNew ? withKnownKeys(check, families, {}) : check]
}

const tagsOfResource = 'aws:ResourceTag/'

/** KMS gives the key its id, which no policy can name before; that of a multi-Region key begins so. */
function taggedArn({ partition, region, accountId, input }: ForwardedCall, arn: string): string {
  if (arn !== '*') return arn
  const id = input.MultiRegion === true ? 'mrk-*' : '*'
  return `arn:${partition}:kms:${region}:${accountId}:key/${id}`
}
