import type { GateEvent } from '@bailiwick/gateway'
import { loadModel } from '@bailiwick/wire'

export const iam = loadModel('iam')
export const sts = loadModel('sts')
export const at = new Date('2026-11-23T16:52:32.500Z')
export const arn = 'arn:aws:iam::111122223333:user/ann'
export const caller = {
  principal: { kind: 'user', accountId: '111122223333', arn, userId: 'AIDAANN' },
  accountId: '111122223333',
  arn,
  userId: 'AIDAANN',
  userName: 'ann',
  accessKeyId: 'AKIDEXAMPLE',
  contextKeys: new Map<string, string>(),
  policies: { identity: [] },
  inManagementAccount: false,
} as const

/** A successful call by the user ann, with what is given otherwise. */
export function eventOf(change: Partial<GateEvent>): GateEvent {
  return {
    requestId: 'r-1',
    at,
    durationMs: 1,
    service: iam,
    operation: 'CreateAccessKey',
    region: 'us-east-1',
    caller,
    mutates: true,
    checks: [],
    status: 200,
    sourceIp: '192.0.2.1',
    userAgent: 'test',
    secure: false,
    host: 'h',
    ...change,
  }
}
