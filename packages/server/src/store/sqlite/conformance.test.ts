import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { storeConformance } from '../conformance/suite.ts'
import { openSqliteStore } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

storeConformance('SQLite in a file', () => openSqliteStore({ file: join(folder, 'test.db') }))
storeConformance('SQLite in memory', () => openSqliteStore({ memory: true }))
