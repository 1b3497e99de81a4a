/**
 * Account properties: `Namespace/PropertyName` → value. They steer features of AWS that are not
 * here, such as Role Manager, and which ones AWS knows is not published: any of the form is kept and
 * shown, none has an effect (chosen by us).
 *
 * Source: IAM API Reference, PutAccountProperties and GetAccountProperties, whose limits the model
 * does not have yet; Service Authorization Reference, iam:AccountPropertyNamespaces.
 */
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { accountSettings, putAccountSettings } from './account-settings.ts'

const keyCharsMax = 50
const valueCharsMax = 1024
/** Of an account, over all namespaces: chosen by us. */
const propertyCountMax = 100

type Properties = Readonly<Record<string, string>>

/** Of a key that has one: what stands before its only `/`. */
function namespaceOf(key: string): string {
  return key.slice(0, Math.max(key.indexOf('/'), 0))
}

/** As the model types a map: every key with its value. */
function propertiesOf(given: Readonly<Partial<Record<string, string>>>): Properties {
  return Object.fromEntries(Object.entries(given).map(([key, value = '']) => [key, value]))
}

function namespacesOf(properties: Properties): readonly string[] {
  return [...new Set(Object.keys(properties).map(namespaceOf))]
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message)
}

/** Errors: InvalidInput; the wordings are chosen by us. */
function assertProperties(properties: Properties): void {
  for (const [key, value] of Object.entries(properties)) {
    if (key.length > keyCharsMax || !/^[A-Za-z][A-Za-z0-9_-]*\/[A-Za-z0-9_-]+$/.test(key)) {
      throw invalid(`The account property ${key} is not of the form Namespace/PropertyName.`)
    }
    if (value.length < 1 || value.length > valueCharsMax) {
      throw invalid(`The value of ${key} must have 1 to ${valueCharsMax} characters.`)
    }
  }
  const namespaces = namespacesOf(properties)
  if (namespaces.length === 0) throw invalid('At least one account property is required.')
  if (namespaces.length > 1) {
    throw invalid('All account properties of a request must belong to the same namespace.')
  }
}

async function currentProperties(scope: Scope): Promise<Properties> {
  return (await accountSettings(scope))?.properties ?? {}
}

/** iam:PutAccountProperties: those that are not named stay. Errors: InvalidInput, LimitExceeded. */
export const PutAccountProperties = writeOperation('iam', 'PutAccountProperties', {
  authorize: ({ Properties }) => ({
    resourceArn: '*',
    contextKeys: { 'iam:AccountPropertyNamespaces': namespacesOf(propertiesOf(Properties)) },
  }),

  async handle({ Properties }, scope) {
    const given = propertiesOf(Properties)
    assertProperties(given)
    const properties = { ...(await currentProperties(scope)), ...given }
    if (Object.keys(properties).length > propertyCountMax) {
      const message = `Cannot exceed quota for PropertiesPerAccount: ${propertyCountMax}`
      throw new ApiError('LimitExceeded', message)
    }
    await putAccountSettings(scope, { properties })
    return {}
  },
})

/** iam:GetAccountProperties: of all namespaces, so each must be allowed. */
export const GetAccountProperties = readOperation('iam', 'GetAccountProperties', {
  resolve: (_input, scope) => currentProperties(scope),

  authorize: (_input, _scope, properties) => ({
    resourceArn: '*',
    contextKeys: { 'iam:AccountPropertyNamespaces': namespacesOf(properties) },
  }),

  handle: (_input, _scope, properties) => Promise.resolve({ Properties: { ...properties } }),
})

/** All of this file. */
export const accountPropertyOperations = [GetAccountProperties, PutAccountProperties]
