import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { account, accountId, context, user } from '../conformance/fixtures.ts'
import type { Store } from '../port.ts'
import { openSqliteStore } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-failure-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sound = join(folder, 'sound.db')
beforeAll(async () => {
  const store = await openSqliteStore({ file: sound })
  await store.write(context, async (tx) => {
    await tx.insertAccount(account(accountId))
    for (let i = 0; i < 2_000; i++) await tx.insert(user(`user-${i}`))
  })
  await store.close()
})

async function refusal(file: string) {
  const opened = await openSqliteStore({ file }).catch((error: unknown) => error as Error)
  if (!(opened instanceof Error)) {
    await opened.close()
    throw new Error(`${file} was opened`)
  }
  expect(opened.message).not.toContain('\n')
  return opened
}

const unusable: readonly [what: string, reason: string, make: (file: string) => void][] = [
  ['another kind of file', 'damaged', (file) => writeFileSync(file, 'not a database'.repeat(1000))],
  ['cut short', 'damaged', (file) => truncateSync(file, statSync(file).size - 8 * 4096)],
  ['zeros in the middle', 'damaged', (file) => overwrite(file, Buffer.alloc(4096 * 4))],
  ['noise in the middle', 'damaged', (file) => overwrite(file, Buffer.alloc(4096 * 4, 0xa5))],
  ['the file is a folder', 'notWritable', (file) => (rmSync(file), mkdirSync(file))],
  [
    'a newer version wrote it',
    'newerVersion',
    (file) => {
      const database = new Database(file)
      database.exec(`insert into kysely_migration values ('9999-future', '2030-01-01')`)
      database.close()
    },
  ],
]

test.each(unusable)('refused: %s', async (what, reason, make) => {
  const file = join(folder, `${what}.db`)
  copyFileSync(sound, file)
  make(file)
  expect(await refusal(file)).toMatchObject({ name: 'StoreOpenError', reason })
})

test('refused: damage in a file too large to check whole, at its root', async () => {
  const file = join(folder, 'large.db')
  copyFileSync(sound, file)
  const database = new Database(file)
  database.exec('create table ballast (x)')
  database.exec('insert into ballast values (zeroblob(20000000))')
  const root = database
    .prepare<[], { rootpage: number }>(
      `select rootpage from sqlite_schema where name = 'entities_name'`,
    )
    .get()
  database.close()
  const pages = Buffer.alloc(4096, 0xa5)
  overwrite(file, pages, ((root?.rootpage ?? 0) - 1) * 4096)
  expect(await refusal(file)).toMatchObject({ reason: 'damaged' })
})

test('refused: a folder below a file', async () => {
  const error = await refusal(join(sound, 'data', 'x.db'))
  expect(error).toMatchObject({ name: 'StoreOpenError', reason: 'notWritable' })
})

test.skipIf(userInfo().uid !== 0)('refused: a folder another user owns', () => {
  const own = mkdtempSync(join(tmpdir(), 'bailiwick-own-'))
  chmodSync(own, 0o755)
  const script = `import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))}
    process.setgid(65534); process.setuid(65534)
    await openSqliteStore({ file: ${JSON.stringify(join(own, 'x.db'))} }).catch((e) => console.log(e.name, e.reason, e.message))`
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  rmSync(own, { recursive: true })
  expect(ran.stdout).toContain('StoreOpenError notWritable The database')
})

test('refused: in use, by this process or another; free again when that is killed', async () => {
  const file = join(folder, 'locked.db')
  const store = await openSqliteStore({ file })
  expect(await refusal(file)).toMatchObject({ reason: 'locked' })
  const script = `import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))}
    const store = await openSqliteStore({ file: ${JSON.stringify(file)} }).catch((e) => console.log(e.reason))
    if (store) process.kill(process.pid, 'SIGKILL')`
  const other = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(other().stdout).toBe('locked\n')
  await store.close()
  expect(other().signal).toBe('SIGKILL')
  await (await openSqliteStore({ file })).close()
})

/** Fills until it is refused, frees, and goes on: nothing acknowledged is lost. */
async function fillToTheBrim(store: Store, free: () => Promise<unknown>) {
  await store.write(context, (tx) => tx.insertAccount(account(accountId)))
  const big = [{ Key: 'k', Value: 'x'.repeat(20_000) }]
  const insert = (i: number) =>
    store.write(context, (tx) => tx.insert(user(`u${i}`, { tags: big })))
  const kept: number[] = []
  let failure: unknown
  for (let i = 0; failure === undefined && i < 2_000; i += 4) {
    const settled = await Promise.allSettled([0, 1, 2, 3].map((j) => insert(i + j)))
    for (const [j, { status, ...rest }] of settled.entries()) {
      if (status === 'fulfilled') kept.push(i + j)
      else failure = (rest as { reason: unknown }).reason
    }
  }
  expect(failure).toMatchObject({ name: 'StoreFullError' })
  expect((failure as Error).message).toContain('no space left')
  expect(await store.read((reader) => reader.count('user', accountId))).toBe(kept.length)
  for (const i of kept) {
    expect(await store.read((reader) => reader.find('user', accountId, `u${i}`))).toBeDefined()
  }
  await free()
  expect(await insert(9_999)).toBe(true)
  expect(await store.read((reader) => reader.count('user', accountId))).toBe(kept.length + 1)
}

test('a database at its largest refuses the write, loses nothing, and goes on after', async () => {
  const file = join(folder, 'full.db')
  const store = await openSqliteStore({ file, pageCountMax: 400 })
  await fillToTheBrim(store, async () => {
    // The log of changes holds the users once more: all but its last version goes.
    const before = new Date(0)
    const expiry = { changesBefore: before, actionUsesBefore: before, reportsBefore: before }
    const limits = { changeVersionsMax: 1, reportCountMax: 1 }
    await store.expire(accountId, { ...expiry, ...limits }, 10_000)
  }).finally(() => store.close())
})

const mount = join(folder, 'mount')
const mounted =
  userInfo().uid === 0 &&
  (mkdirSync(mount),
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount]).status === 0)
if (!mounted) process.stderr.write('\nSKIPPED: a full disk; mounting one needs root.\n\n')
afterAll(() => void (mounted && spawnSync('umount', ['-l', mount])))

test.skipIf(!mounted)(
  'a full disk refuses the write, loses nothing, and goes on after',
  async () => {
    const ballast = join(mount, 'ballast')
    writeFileSync(ballast, Buffer.alloc(2_000_000))
    const file = join(mount, 'full.db')
    const store = await openSqliteStore({ file })
    await fillToTheBrim(store, async () => rmSync(ballast)).finally(() => store.close())
    const again = await openSqliteStore({ file })
    expect(await again.read((reader) => reader.find('user', accountId, 'u9999'))).toBeDefined()
    await again.close()
    expect(readFileSync(file).length).toBeGreaterThan(0)
  },
)

function overwrite(
  file: string,
  bytes: Buffer,
  offset = Math.floor(statSync(file).size / 8192) * 4096,
) {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, offset)
  closeSync(descriptor)
}
