/**
 * What an instance's metadata service tells, for `bailiwick exec --instance`: it stands in for the
 * network that on AWS knows which instance asks.
 */
import { ApiError } from '../api-error.ts'
import { describeInstance, instanceCredentials, roleOfInstance } from '../instance-role.ts'
import { readOperation } from '../operation.ts'
import { passRoleCheck } from '../pass-role.ts'
import { resourceTagKeys } from '../tag-context-keys.ts'

/**
 * bailiwick:GetInstanceMetadata, on the instance; and iam:PassRole for EC2 on its role, since the
 * answer holds the role's credentials. Errors: ResourceNotFoundException.
 */
export const GetInstanceMetadata = readOperation('bailiwick', 'GetInstanceMetadata', {
  async resolve({ InstanceId }, { store, accountId }) {
    const instance = await store.find('instance', accountId, InstanceId)
    return { instance, held: instance && (await roleOfInstance(store, instance)) }
  },

  authorize({ InstanceId }, scope, { instance, held }) {
    const { partition, accountId, region } = scope
    const instanceRegion = instance?.region ?? region
    const resourceArn = `arn:${partition}:ec2:${instanceRegion}:${accountId}:instance/${InstanceId}`
    const check = { resourceArn, contextKeys: resourceTagKeys('ec2', instance?.tags) }
    if (held?.role === undefined) return [check]
    return [check, passRoleCheck(scope, held.role, 'ec2.amazonaws.com', resourceArn)]
  },

  handle({ InstanceId }, scope, { instance, held }) {
    if (instance?.state !== 'running' || held === undefined) {
      const message = `There is no running instance ${InstanceId}.`
      throw new ApiError('ResourceNotFoundException', message)
    }
    const { profile, ...described } = describeInstance(instance, held)
    const credentials = profile && instanceCredentials(scope, instance, held)
    return Promise.resolve({
      Instance: {
        InstanceId: described.instanceId,
        AccountId: described.accountId,
        Region: described.region,
        AvailabilityZone: described.availabilityZone,
        ImageId: described.imageId,
        InstanceType: described.instanceType,
        ReservationId: described.reservationId,
        LaunchIndex: described.launchIndex,
        LaunchedAt: described.launchedAt,
        PrivateIpAddress: described.privateIpAddress,
        PrivateDnsName: described.privateDnsName,
        Tags: described.tags,
        HttpEndpoint: described.httpEndpoint,
        HttpTokens: described.httpTokens,
        InstanceMetadataTags: described.instanceMetadataTags,
        ...(profile && {
          Profile: { Arn: profile.arn, Id: profile.id, RoleName: profile.roleName },
        }),
      },
      ...(credentials?.ok && {
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          IssuedAt: credentials.issuedAt,
          Expiration: credentials.expiresAt,
        },
      }),
      ...(credentials?.ok === false && {
        Problem: { Code: credentials.code, Message: credentials.message },
      }),
    })
  },
})
