import { expect, test } from 'vitest'
import { statementPositions } from './statement-positions.ts'

// Goal: the columns of the simulator's answer, recorded from AWS for one statement on one line.
test('braces at offsets 39 and 111 are columns 41 and 113', () => {
  const inside = ' '.repeat(71)
  const text = `{"Version": "2012-10-17", "Statement": {${inside}}}`
  expect([text.indexOf('{', 1), text.indexOf('}')]).toEqual([39, 111])
  expect(statementPositions(text)).toEqual([
    { start: { line: 1, column: 41 }, end: { line: 1, column: 113 } },
  ])
})

test('each statement of a list, over several lines', () => {
  expect(statementPositions('{"Statement": [\n  {\n}, {}]}')).toEqual([
    { start: { line: 2, column: 4 }, end: { line: 3, column: 2 } },
    { start: { line: 3, column: 5 }, end: { line: 3, column: 6 } },
  ])
})

for (const text of ['', 'x', '[]', '{}']) {
  test(`none in ${JSON.stringify(text)}`, () => {
    expect(statementPositions(text)).toEqual([])
  })
}
