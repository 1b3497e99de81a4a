import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GateEvent } from '@bailiwick/gateway'
import { afterEach, expect, test } from 'vitest'
import { eventLines } from './event.ts'
import { EventFiles } from './event-file.ts'
import { Ledger } from './ledger.ts'
import { arn, at, eventOf, sts } from './testing/gate-event.ts'

// Goal: one event a request in CloudTrail's shape, without secrets; nothing a request could feel.
const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bailiwick-ledger-'))
  folders.push(folder)
  return folder
}

test('an event of a write, in CloudTrail’s shape', () => {
  const line = eventLines(eventOf({ operation: 'CreateUser', input: { UserName: 'bob' } })) ?? ''
  expect(JSON.parse(line)).toMatchObject({
    userIdentity: { type: 'IAMUser', principalId: 'AIDAANN', arn, userName: 'ann' },
    eventTime: '2026-11-23T16:52:32Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    requestParameters: { userName: 'bob' },
    requestID: 'r-1',
    readOnly: false,
    recipientAccountId: '111122223333',
  })
})

const secret = 'wJalrXUtnFEMI-the-secret'
const secrets: readonly [what: string, change: Partial<GateEvent>][] = [
  [
    'a new secret access key',
    { output: { AccessKey: { AccessKeyId: 'AKIA', SecretAccessKey: secret } } },
  ],
  ['a password', { operation: 'CreateLoginProfile', input: { UserName: 'bob', Password: secret } }],
  [
    'an old password',
    { operation: 'ChangePassword', input: { OldPassword: secret, NewPassword: secret } },
  ],
  [
    'a session token',
    {
      service: sts,
      operation: 'AssumeRole',
      output: { Credentials: { SessionToken: secret, SecretAccessKey: secret } },
    },
  ],
  [
    'a web identity token',
    { service: sts, operation: 'AssumeRoleWithWebIdentity', input: { WebIdentityToken: secret } },
  ],
  [
    'a code of a device',
    { service: sts, operation: 'GetSessionToken', input: { TokenCode: secret } },
  ],
  [
    'what a read answers',
    { operation: 'GetUser', mutates: false, output: { User: { UserName: secret } } },
  ],
]

for (const [what, change] of secrets) {
  test(`${what} is not recorded`, () => {
    const line = eventLines(eventOf(change))
    expect(line).toBeDefined()
    expect(line).not.toContain(secret)
  })
}

test('who is not known leaves no event, and cannot push older ones out', () => {
  const { caller: _, ...stranger } = eventOf({})
  expect(eventLines(stranger)).toBeUndefined()
})

test('files are limited in size and number, and old ones go', async () => {
  const folder = await temporaryFolder()
  const files = new EventFiles(folder, { fileBytesMax: 10, retentionDays: 2, filesMax: 3 })
  const names = async () => (await readdir(folder)).sort()
  for (let i = 0; i < 4; i++) await files.append(`{"line":${String(i)}}\n`, at)
  expect(await names()).toEqual([1, 2, 3].map((n) => `2026-11-23.000${String(n)}.jsonl`))
  await files.append('{"line":9}\n', new Date('2026-11-26T00:00:00Z'))
  await files.close()
  expect(await names()).toEqual(['2026-11-26.0000.jsonl'])
  expect(await readFile(join(folder, '2026-11-26.0000.jsonl'), 'utf8')).toBe('{"line":9}\n')
})

test('what a crash left is not continued: the next start begins a file', async () => {
  const folder = await temporaryFolder()
  for (const line of ['{"half', '{}\n']) {
    const files = new EventFiles(folder)
    await files.append(line, at)
    await files.close()
  }
  expect(await readdir(folder)).toHaveLength(2)
})

test('a write that fails is reported, and the next goes on', async () => {
  const written: string[] = []
  const failures: string[] = []
  let fails = true
  const ledger = new Ledger({
    linesOf: (event) => `${event.requestId}\n`,
    files: {
      append: (lines) => {
        if (fails) return Promise.reject(new Error('disk full'))
        written.push(lines)
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    },
    recordUses: () => Promise.resolve(),
    clock: () => at,
    reportFailure: (what) => failures.push(what),
  })
  ledger.record(eventOf({ requestId: 'a' }))
  await ledger.flush()
  fails = false
  ledger.record(eventOf({ requestId: 'b' }))
  ledger.record(eventOf({ requestId: 'c' }))
  await ledger.close()
  expect(failures).toEqual(['events could not be written'])
  expect(written).toEqual(['b\nc\n'])
})

test('a flush writes what came while another was writing', async () => {
  const written: string[] = []
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const ledger = new Ledger({
    linesOf: (event) => event.requestId,
    files: {
      append(lines) {
        written.push(lines)
        return written.length > 1 ? Promise.resolve() : held
      },
      close: () => Promise.resolve(),
    },
    recordUses: () => Promise.resolve(),
    clock: () => at,
    reportFailure: () => undefined,
  })
  ledger.record(eventOf({ requestId: 'a' }))
  const first = ledger.flush()
  await Promise.resolve()
  ledger.record(eventOf({ requestId: 'b' }))
  const second = Promise.all([ledger.flush(), ledger.flush()])
  expect(written).toEqual(['a'])
  letGo()
  await Promise.all([first, second])
  expect(written).toEqual(['a', 'b'])
  await ledger.close()
})
