import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseBackends } from './backend-option.ts'

// Goal: each way to name a backend and its key; and what is wrong, said without the secret.
const url = 'http://127.0.0.1:9000'
const key = { accessKeyId: 'AKIDBACK', secretAccessKey: 'sEcReT' }
const variables = { MINIO_ACCESS_KEY_ID: 'AKIDBACK', MINIO_SECRET_ACCESS_KEY: 'sEcReT' }

test('a key by flag, by variable, and any for an emulator', () => {
  const byFlag = `s3=${url},region=eu-west-1,access-key-id=AKIDBACK,secret-access-key=sEcReT`
  expect(parseBackends(byFlag, {})).toEqual([
    { service: 's3', url, region: 'eu-west-1', credentials: key },
  ])
  expect(parseBackends(`s3=${url},credentials=MINIO`, variables)[0]?.credentials).toEqual(key)
  const both = parseBackends(` all=${url}  sqs=${url} `, {})
  expect(both.map(({ service }) => service)).toEqual(['all', 'sqs'])
  expect(both[0]?.credentials?.accessKeyId).toBe('bailiwick')
})

test('no key at all, and what a backend knows of accounts', () => {
  const text = `s3=${url},credentials=none,account=111122223333,account-id=000000000000`
  expect(parseBackends(text, {})).toEqual([
    { service: 's3', url, account: '111122223333', ownAccountId: '000000000000' },
  ])
  const [hinted] = parseBackends(`all=${url},account-hint=moto`, {})
  expect(hinted).toMatchObject({ accountHint: 'moto' })
})

test('a key in a file of the AWS CLI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-backend-'))
  const file = join(folder, 'credentials')
  writeFileSync(file, '[minio]\naws_access_key_id = AKIDBACK\naws_secret_access_key=sEcReT\n')
  expect(parseBackends(`s3=${url},credentials-file=${file}`, {})[0]?.credentials).toEqual(key)
  rmSync(folder, { recursive: true })
})

const wrong: readonly [what: string, text: string][] = [
  ['no URL', 's3'],
  ['no service', `=${url}`],
  ['a setting there is not', `s3=${url},user=x`],
  ['a setting twice', `s3=${url},region=a,region=b`],
  ['half a key', `s3=${url},secret-access-key=sEcReT`],
  ['a hint that nobody takes', `s3=${url},account-hint=localstack`],
  ['an account that is none', `s3=${url},account=1111`],
  ["an account's own id that is none", `s3=${url},account-id=zero`],
  ['variables that are not set', `s3=${url},credentials=OTHER`],
  ['a file that is not there', `s3=${url},credentials-file=/nonexistent`],
]

for (const [what, text] of wrong) {
  test(`refused: ${what}`, () => {
    let said = ''
    try {
      parseBackends(text, variables)
    } catch (thrown) {
      said = String(thrown)
    }
    expect(said).not.toBe('')
    expect(said).not.toContain('sEcReT')
  })
}
