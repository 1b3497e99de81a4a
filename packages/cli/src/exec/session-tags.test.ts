import { expect, test } from 'vitest'
import { podSession, sessionTagOf } from './session-tags.ts'

// Goal: tags as they are typed, and what EKS makes of them.
// Source: EKS User Guide, "Grant Pods access to AWS resources based on tags".

const typed: readonly [text: string, key: string, value: string][] = [
  ['team=blue', 'team', 'blue'],
  ['query=a=b', 'query', 'a=b'],
  ['empty=', 'empty', ''],
]
test.each(typed)('--tag %s', (text, Key, Value) => {
  expect(sessionTagOf(text)).toEqual({ Key, Value })
})

test.each(['team', '=blue', ''])('--tag %j is refused', (text) => {
  expect(() => sessionTagOf(text)).toThrow('key=value')
})

const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/dev'
const tags = [
  { Key: 'eks-cluster-arn', Value: clusterArn },
  { Key: 'eks-cluster-name', Value: 'dev' },
  { Key: 'kubernetes-pod-name', Value: 'shop-5f7b9' },
]

test('a pod’s session is named after it, its tags are transitive, its cluster is the source', () => {
  const { sessionName, transitiveTagKeys, sourceArn } = podSession(tags)
  expect(sessionName).toMatch(/^eks-dev-shop-5f7b9-[0-9a-f-]{36}$/)
  expect(transitiveTagKeys).toEqual(tags.map(({ Key }) => Key))
  expect(sourceArn).toBe(clusterArn)
})

test('a long name is cut, and stays one', () => {
  const Value = 'x'.repeat(100)
  const { sessionName } = podSession([{ Key: 'eks-cluster-name', Value }])
  expect(sessionName).toMatch(/^eks-x{23}-[0-9a-f-]{36}$/)
  expect(sessionName).toHaveLength(64)
  expect(podSession([]).sessionName).toMatch(/^eks-cluster-pod-/)
})
