import { everything } from '../world.ts'
import { AssumeRolePolicyDocument } from './holder.ts'
import { uploadCertificates } from './server-certificates.ts'
import { tagRows, type Tagged } from './tags.ts'

const nested = {
  PolicyArn: 'arn:aws:iam::aws:policy/arn:aws:iam::aws:policy/ReadOnlyAccess',
}

const kinds: readonly Tagged[] = [
  {
    kind: 'User',
    missing: () => ({ UserName: 'ann' }),
    async make({ iam }) {
      await iam('CreateUser', { UserName: 'ann' })
      return { UserName: 'ann' }
    },
  },
  {
    kind: 'Role',
    missing: () => ({ RoleName: 'r' }),
    async make({ iam }) {
      await iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument })
      return { RoleName: 'r' }
    },
  },
  {
    kind: 'Policy',
    missing: ({ arn }) => ({ PolicyArn: arn('policy/p') }),
    async make({ iam, arn }) {
      await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: everything })
      return { PolicyArn: arn('policy/p') }
    },
    more: (input) => ({ InvalidInput: { ...nested, ...input } }),
  },
  {
    kind: 'InstanceProfile',
    missing: () => ({ InstanceProfileName: 'i' }),
    async make({ iam }) {
      await iam('CreateInstanceProfile', { InstanceProfileName: 'i' })
      return { InstanceProfileName: 'i' }
    },
  },
  {
    kind: 'ServerCertificate',
    missing: () => ({ ServerCertificateName: 'web' }),
    async make(world) {
      await uploadCertificates(world)
      return { ServerCertificateName: 'web' }
    },
  },
]

export const taggedRows = kinds.map(tagRows)
