/** A program that knows nothing of where its credentials come from: the AWS SDK finds them. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}))
console.log(Arn)
