import { randomUUID } from 'node:crypto'
import { CommandError } from '../command-error.ts'

export interface SessionTag {
  readonly Key: string
  readonly Value: string
}

/** Of `--tag key=value`; a value may hold more of `=`. Errors: CommandError. */
export function sessionTagOf(text: string): SessionTag {
  const mark = text.indexOf('=')
  if (mark < 1) throw new CommandError(`--tag ${text}: key=value`)
  return { Key: text.slice(0, mark), Value: text.slice(mark + 1) }
}

/** What EKS Pod Identity assumes roles as. */
export const podService = 'pods.eks.amazonaws.com'

const sessionNameCharsMax = 64

/**
 * What EKS Pod Identity makes of the tags: all of them are transitive, the session is named after
 * cluster and pod, and the cluster is the source of the call.
 * Source: EKS User Guide, "Grant Pods access to AWS resources based on tags"; EKS Auth API
 * Reference, AssumedRoleUser.
 */
export function podSession(tags: readonly SessionTag[]) {
  const valueOf = (key: string) => tags.find(({ Key }) => Key === key)?.Value
  const cluster = valueOf('eks-cluster-name') ?? 'cluster'
  const pod = valueOf('kubernetes-pod-name') ?? 'pod'
  const sourceArn = valueOf('eks-cluster-arn')
  const named = `eks-${cluster}-${pod}`.replaceAll(/[^\w+=,.@-]/g, '-')
  const unique = `-${randomUUID()}`
  return {
    sessionName: named.slice(0, sessionNameCharsMax - unique.length) + unique,
    transitiveTagKeys: tags.map(({ Key }) => Key),
    ...(sourceArn !== undefined && { sourceArn }),
  }
}
