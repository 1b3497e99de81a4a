/** The role that a task of ECS runs as. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'

const AssumeRolePolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    ...{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
    Action: 'sts:AssumeRole',
  },
})
await new IAMClient({}).send(new CreateRoleCommand({ RoleName: 'task', AssumeRolePolicyDocument }))
