import { expect, test, vi } from 'vitest'
import { openLog } from './log.ts'

// Goal: the log opens in each form it may be asked for, and its lines get out.

test.each([
  ['json', 'stdout'],
  ['json', 'stderr'],
  ['pretty', 'stdout'],
  ['pretty', 'stderr'],
] as const)('as %s to %s', (format, to) => {
  const { log, flush } = openLog({ level: 'silent', format, to })
  log.error('nobody sees it')
  expect(() => {
    flush()
  }).not.toThrow()
})

test('a line is written as it is to the stream that was asked for', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const { log } = openLog({ level: 'info', format: 'pretty', to: 'stderr' })
  log.info({ action: 'iam:GetUser' }, 'a request')
  expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain('a request')
  write.mockRestore()
})
