import { expect, test } from 'vitest'
import { actionData } from '../../action-data/index.ts'
import { fitsTemplate, resourceTemplates } from './resource-templates.ts'

// Goal: what an action is authorized on. Source: Service Authorization Reference.
const queue = 'arn:${Partition}:sqs:${Region}:${Account}:${QueueName}'

test('an action with a resource, in any case', () => {
  expect(resourceTemplates('SQS:sendmessage', actionData)).toEqual([queue])
})

test('an action without a resource has none; one that there is not is not known', () => {
  expect(resourceTemplates('s3:ListAllMyBuckets', actionData)).toEqual([])
  for (const action of ['s3:MadeUp', 'madeup:Action', 'constructor:name', '', 's3']) {
    expect(resourceTemplates(action, actionData)).toBeUndefined()
  }
})

test('an ARN fits its own template alone', () => {
  expect(fitsTemplate(queue, 'arn:aws:sqs:eu-west-1:111122223333:jobs')).toBe(true)
  expect(fitsTemplate(queue, 'arn:aws:sns:eu-west-1:111122223333:jobs')).toBe(false)
})
