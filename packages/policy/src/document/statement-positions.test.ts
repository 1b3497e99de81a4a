import { expect, test } from 'vitest'
import { simulatorPositions, statementPositions } from './statement-positions.ts'

// Goal: where statements stand, for people and as the simulator says it. Source of the latter:
// recorded answers of SimulateCustomPolicy.
test('braces at offsets 39 and 111 are columns 41 and 113', () => {
  const inside = ' '.repeat(71)
  const text = `{"Version": "2012-10-17", "Statement": {${inside}}}`
  expect([text.indexOf('{', 1), text.indexOf('}')]).toEqual([39, 111])
  const positions = [{ start: { line: 1, column: 41 }, end: { line: 1, column: 113 } }]
  expect(statementPositions(text)).toEqual(positions)
  expect(simulatorPositions(text)).toEqual(positions)
})

test('each statement of a list, over several lines', () => {
  expect(statementPositions('{"Statement": [\n  {\n}, {}]}')).toEqual([
    { start: { line: 2, column: 4 }, end: { line: 3, column: 2 } },
    { start: { line: 3, column: 5 }, end: { line: 3, column: 6 } },
  ])
})

test('to the simulator, a statement of a list begins past what stands before it', () => {
  const statement = (Effect: string, Sid: string) => ({
    ...{ Effect, Action: 's3:GetObject', Resource: '*', Sid },
  })
  const document = { Version: '2012-10-17', Statement: [statement('Allow', 'First')] }
  document.Statement.push(statement('Allow', 'Second'))
  expect(simulatorPositions(JSON.stringify(document))).toEqual([
    { start: { line: 1, column: 38 }, end: { line: 1, column: 109 } },
    { start: { line: 1, column: 109 }, end: { line: 1, column: 182 } },
  ])
  expect(simulatorPositions(JSON.stringify(document, null, 2))).toEqual([
    { start: { line: 3, column: 17 }, end: { line: 9, column: 6 } },
    { start: { line: 9, column: 6 }, end: { line: 15, column: 6 } },
  ])
})

for (const text of ['', 'x', '[]', '{}']) {
  test(`none in ${JSON.stringify(text)}`, () => {
    expect(statementPositions(text)).toEqual([])
    expect(simulatorPositions(text)).toEqual([])
  })
}
