/** The few names that generated policies and requests share. */
import fc from 'fast-check'

export const accounts = { own: '111122223333', other: '444455556666' } as const

const own = accounts.own

export const names = {
  rootArn: `arn:aws:iam::${own}:root`,
  userArn: `arn:aws:iam::${own}:user/team/Ann`,
  userId: 'AIDAANN',
  otherUserArn: `arn:aws:iam::${accounts.other}:user/Bob`,
  otherUserId: 'AIDABOB',
  roleArn: `arn:aws:iam::${own}:role/path/Builder`,
  roleId: 'AROABUILDER',
  sessionArn: `arn:aws:sts::${own}:assumed-role/Builder/ann`,
  otherSessionArn: `arn:aws:sts::${own}:assumed-role/Builder/bob`,
  federatedUserArn: `arn:aws:sts::${own}:federated-user/Guest`,
  service: 'lambda.amazonaws.com',
  provider: 'accounts.google.com',
} as const

export const creator = {
  kind: 'user' as const,
  accountId: own,
  arn: names.userArn,
  userId: names.userId,
}

export const resources = [
  '*',
  'arn:aws:s3:::bucket/home/Ann/key',
  'arn:aws:s3:::bucket/home/*/key',
  'arn:aws:s3:::bucket/home/${aws:username}/key',
  'arn:aws:s3:::bucket/home/A?n/*',
  'arn:aws:s3:::bucket/a:b:c',
  'arn:aws:s3:::bucket',
  'arn:aws:s3:::logs-archive/2026/entry',
  `arn:aws:iam::${own}:user/team/Ann`,
  `arn:aws-cn:iam::${accounts.other}:role/path/Builder`,
  'arn:aws:s3',
  '',
] as const

/** As policies write them; requests hold them in lower case. */
export const contextKeys = [
  'aws:username',
  'aws:PrincipalTag/Team',
  'aws:PrincipalArn',
  'aws:SourceIp',
  'aws:CurrentTime',
  'aws:MultiFactorAuthPresent',
  'aws:MultiFactorAuthAge',
  'aws:TagKeys',
  'app:Digest',
] as const

export const contextTexts = fc.constantFrom(
  'Ann',
  'ann',
  'a*n',
  '*',
  '',
  'x:y',
  'arn:aws:s3',
  names.roleArn,
  'arn:aws:s3:::bucket/a:b',
  'true',
  'False',
  '10',
  '10.0',
  '1e1',
  '-3',
  '0x10',
  '10.1.2.3',
  '10.1.2.03',
  '2001:db8::1',
  '::ffff:10.1.2.3',
  '2026-01-02T03:04:05Z',
  '2026',
  '1767322800',
  '2026-01-02t03:04:05.5+01:00',
  'QUI=',
  'QUJ=',
  'QUI',
)
