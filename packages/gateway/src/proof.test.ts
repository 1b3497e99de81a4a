import { expect, test } from 'vitest'
import { Refusal } from './refusal.ts'
import { callerWith, errorOf, form, house, identityPolicy, now, signed } from './testing/gate.ts'

// Goal: who proves itself in its input is authenticated by that alone, in the signature's place.
// Source: decision 23.
const allowAll = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })
const body =
  'Action=AssumeRoleWithSAML&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/web' +
  '&PrincipalArn=arn:aws:iam::111122223333:saml-provider/idp&SAMLAssertion=PHNhbWw='
const proven = { prove: () => Promise.resolve(callerWith(allowAll)) }

test('the proof is judged once, before any snapshot, and its caller is the one decided on', async () => {
  const { send, steps, events } = house(proven)
  expect((await send(form(body))).status).toBe(200)
  expect(steps).toEqual([
    'prove saml',
    'read',
    'resolve AssumeRoleWithSAML',
    'handle AssumeRoleWithSAML',
  ])
  expect(events[0]).toMatchObject({ region: 'us-east-1', caller: { userName: 'ann' } })
  const nobody = house({ prove: () => Promise.resolve(callerWith()) })
  expect(errorOf(await nobody.send(form(body))).code).toBe('AccessDenied')
  expect(nobody.steps).not.toContain('handle AssumeRoleWithSAML')
})

test('a signature that comes along, good or bad, is not read', async () => {
  const lookup = () => Promise.reject(new Error('nobody was to be looked up'))
  for (const at of [now, new Date(0)]) {
    const { send } = house({ ...proven, lookup })
    expect((await send(signed(body, { service: 'sts', at }))).status).toBe(200)
  }
})

test('the input is checked against the model before anything is proven', async () => {
  const { send, steps, events } = house(proven)
  const answer = await send(form(body.replace('SAMLAssertion=PHNhbWw=', 'SAMLAssertion=x')))
  expect(errorOf(answer).code).toBe('ValidationError')
  expect(steps).toEqual([])
  expect(events[0]?.caller?.principal).toEqual({ kind: 'anonymous' })
})

test('what proves nobody is refused in its own words, and a bug in judging it refuses as well', async () => {
  const refusal = new Refusal('InvalidIdentityToken', 'Invalid Token')
  const refused = house({ prove: () => Promise.reject(refusal) })
  const answer = await refused.send(form(body))
  expect(answer.status).toBe(400)
  expect(errorOf(answer)).toEqual({ code: 'InvalidIdentityToken', message: 'Invalid Token' })
  expect(refused.steps).toEqual(['prove saml'])
  const broken = house({ prove: () => Promise.reject(new TypeError('a bug')) })
  expect((await broken.send(form(body))).status).toBe(500)
  expect(broken.steps).toEqual(['prove saml'])
  expect(broken.bugs).toHaveLength(1)
})
