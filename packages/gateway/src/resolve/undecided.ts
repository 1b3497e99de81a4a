import { type ForwardedCall, Unresolvable } from './forwarded-call.ts'

/**
 * Members, as `Operation.Member`, by which a service is told to deliver to, or to read from, a
 * resource of another service inside the backend, where nothing here decides on it as it does on those
 * of `registry/deliveries`. Sources: the API reference of each operation.
 */
const undecided: Readonly<Record<string, RegExp>> = {
  cloudtrail:
    /^(CreateTrail|UpdateTrail)\.(S3BucketName|SnsTopicName|CloudWatchLogsLogGroupArn)$|^StartImport\.ImportSource$|^UpdateChannel\.Destinations$|Dashboard\.Widgets$/,
  'cognito-idp': /\.(LambdaConfig|LogConfigurations)$/,
  ds: /^RegisterEventTopic\.TopicName$|^CreateLogSubscription\.LogGroupName$|HybridAD\.(SecretArn|HybridAdministratorAccountUpdate)$/,
  firehose:
    /\.(\w*Destination(Configuration|Update)|(KinesisStream|MSK|Database)SourceConfiguration)$/,
  guardduty: /\.DestinationProperties$/,
  scheduler: /\.Target$/,
}

/** Errors: Unresolvable, where the call names a delivery that nobody would decide on. */
export function refuseUndecided({ service, operation, input }: ForwardedCall): void {
  const pattern = undecided[service]
  const found = Object.keys(input).find(
    (member) => input[member] !== undefined && pattern?.test(`${operation.name}.${member}`),
  )
  if (found === undefined) return
  throw new Unresolvable(`${found} sets up a delivery that is not decided here`)
}
