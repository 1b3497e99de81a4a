import { at, type ForwardedCall, list, text } from './forwarded-call.ts'
import { member, strings, stringsAt } from './key-members.ts'
import { type About, type KeyOf, notKnown } from './key.ts'

/** `cluster/NAME` as an ARN of the caller's account. */
function arnOf({ partition, region, accountId }: ForwardedCall, rest: string): string {
  return `arn:${partition}:ecs:${region}:${accountId}:${rest}`
}

const ofCluster = /^(arn:[^/]*:)(cluster|[a-z-]+(?=\/[^/]+\/))\/([^/]+)/

/** The cluster that the resource is, or is of; else the one that the request names. */
const clusterOf = (call: ForwardedCall, { arn }: About): string => {
  const [, head = '', , name] = ofCluster.exec(arn) ?? []
  if (name !== undefined && name !== anyOne) return `${head}cluster/${name}`
  const cluster = text(call.input.cluster) ?? text(call.input.clusterArn) ?? 'default'
  return cluster.startsWith('arn:') ? cluster : arnOf(call, `cluster/${cluster}`)
}

/** As `patternOf` writes what is not known. */
const anyOne = '*'

/** What is of a cluster, by its ARN or by a name beside the cluster's. */
function partOf(call: ForwardedCall, about: About, kind: string, given: unknown) {
  const name = text(given)
  if (name === undefined) return undefined
  // An ARN of the old form does not name the cluster.
  if (name.startsWith('arn:')) return name.split('/').length > 2 ? name : notKnown
  const cluster = clusterOf(call, about)
  return arnOf(call, `${kind}/${cluster.slice(cluster.lastIndexOf('/') + 1)}/${name}`)
}

/**
 * The service or daemon whose deployment, revision or set of tasks an ARN is:
 * `service-deployment/CLUSTER/SERVICE/ID`.
 */
export function deployedIn(arn: string): string | undefined {
  const [, head = '', kind = '', name = ''] =
    /^(arn:[^/]*:)(service|daemon|task-set)(?:-deployment|-revision)?\/([^/]+\/[^/]+)/.exec(arn) ??
    []
  if (kind === '' || name.includes(anyOne)) return undefined
  return `${head}${kind === 'task-set' ? 'service' : kind}/${name}`
}

/** One value as it is, several as a list. */
function oneOrAll(values: readonly string[]) {
  return values.length > 1 ? values : values[0]
}

/** A definition by its ARN, or family and revision; the newest revision of a family nobody knows. */
const taskDefinition: KeyOf = (call) => {
  const { input, operation } = call
  const given = text(input.taskDefinition) ?? text(input.taskDefinitionArn)
  // An express service gets one made of what the request says.
  if (given === undefined) return operation.name.includes('Express') ? notKnown : undefined
  if (given.startsWith('arn:')) return given
  return /:\d+$/.test(given) ? arnOf(call, `task-definition/${given}`) : notKnown
}

/** Of a strategy or a list; AWS's own have ARNs that the reference does not give. */
const capacityProviders: KeyOf = (call) => {
  const { input, operation } = call
  const strategies = [input.capacityProviderStrategy, input.defaultCapacityProviderStrategy]
  const named = strategies.flatMap((each) => list(each).map((one) => at(one, 'capacityProvider')))
  const given = strings([
    ...named,
    ...list(input.capacityProviders),
    ...list(input.capacityProviderArns),
  ])
  if (given === undefined) {
    // The cluster's own strategy counts, where neither that nor a launch type is named.
    const isOfCluster = /^(RunTask|CreateService|CreateTaskSet)$/.test(operation.name)
    return isOfCluster && input.launchType === undefined ? notKnown : undefined
  }
  if (given.some((name) => /^FARGATE(_SPOT)?$/.test(name))) return notKnown
  return [...new Set(given)].map((name) =>
    name.startsWith('arn:') ? name : arnOf(call, `capacity-provider/${name}`),
  )
}

/** The namespace of a service; that of its cluster, where it names none. */
const namespace: KeyOf = ({ input }) => {
  const { serviceConnectConfiguration: connect } = input
  const given = text(input.namespace) ?? text(at(connect, 'namespace'))
  if (given === undefined) return at(connect, 'enabled') === true ? notKnown : undefined
  return given.startsWith('arn:') ? given : notKnown
}

/** Source: Service Authorization Reference, Elastic Container Service. */
export const ecsKeys: Readonly<Record<string, KeyOf>> = {
  'ecs:cluster': clusterOf,
  'ecs:service': (_, { arn }) => deployedIn(arn) ?? notKnown,
  'ecs:daemon': (_, { arn }) => deployedIn(arn) ?? notKnown,
  'ecs:task': (call, about) => partOf(call, about, 'task', call.input.task),
  'ecs:container-instances': (call, about) => {
    const given = list(call.input.containerInstances)
    const found = given.map((each) => partOf(call, about, 'container-instance', each))
    return found.includes(notKnown) ? notKnown : oneOrAll(strings(found) ?? [])
  },
  // The only one of the task, where a request names none.
  'ecs:container-name': ({ input }) => text(input.container) ?? notKnown,
  'ecs:task-definition': taskDefinition,
  'ecs:daemon-task-definition': member('daemonTaskDefinitionArn'),
  'ecs:capacity-provider': capacityProviders,
  'ecs:namespace': namespace,
  'ecs:compute-compatibility': stringsAt('requiresCompatibilities'),
  'ecs:privileged': ({ input }) =>
    String(list(input.containerDefinitions).some((each) => at(each, 'privileged') === true)),
  'ecs:fargate-ephemeral-storage-kms-key': member(
    ...['configuration', 'managedStorageConfiguration', 'fargateEphemeralStorageKmsKeyId'],
  ),
  'ecs:instance-metadata-tags-propagation': member(
    ...['managedInstancesProvider', 'instanceLaunchTemplate', 'instanceMetadataTagsPropagation'],
  ),
  // Set where what is made is tagged at once: a call to tag is none of these.
  'ecs:createaction': () => undefined,
  'ecs:enable-execute-command': member('enableExecuteCommand'),
  'ecs:enable-ecs-managed-tags': member('enableECSManagedTags'),
  'ecs:propagate-tags': member('propagateTags'),
  'ecs:account-setting': member('name'),
  'ecs:task-cpu': member('cpu'),
  'ecs:task-memory': member('memory'),
  'ecs:auto-assign-public-ip': ({ input }) => {
    const given = at(input, 'networkConfiguration', 'awsvpcConfiguration', 'assignPublicIp')
    return text(given) === undefined ? undefined : String(given === 'ENABLED')
  },
  'ecs:subnet': stringsAt('networkConfiguration', 'awsvpcConfiguration', 'subnets'),
  'ecs:enable-service-connect': member('serviceConnectConfiguration', 'enabled'),
  'ecs:enable-vpc-lattice': ({ input }) => String(list(input.vpcLatticeConfigurations).length > 0),
  'ecs:enable-ebs-volumes': ({ input }) =>
    String(
      list(input.volumeConfigurations).some((each) => at(each, 'managedEBSVolume') !== undefined),
    ),
}
