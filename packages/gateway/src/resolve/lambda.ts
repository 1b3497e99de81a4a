import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { factsOf } from './facts.ts'
import { functionArn } from './function-arn.ts'
import { type ForwardedCall, list, scalar, text, Unresolvable } from './forwarded-call.ts'

/** Operations whose permission has another name. Source: Lambda Developer Guide, "Permissions". */
const actions: Readonly<Record<string, readonly string[]>> = {
  Invoke: ['InvokeFunction'],
  InvokeAsync: ['InvokeAsync', 'InvokeFunction'],
  InvokeWithResponseStream: ['InvokeFunction'],
  GetLayerVersionByArn: ['GetLayerVersion'],
}

/** What a call of Lambda needs allowed. */
export function resolveLambda(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const names = actions[operation.name] ?? [operation.name]
  const checks = names.flatMap((name) => {
    const action = `lambda:${name}`
    const types = (factsOf(action)?.types ?? []).map((type) => type.name)
    if (types.includes('layerVersion')) return [checkOn(call, action, layerArn(call))]
    if (types.includes('layer')) return [checkOn(call, action, layerArn(call))]
    const isOfFunction = types.some((type) => type.startsWith('function'))
    if (isOfFunction && input.FunctionName !== undefined) {
      return [
        checkOn(call, action, functionArn(call, input.FunctionName, input.Qualifier)),
        ...(types.includes('code signing config') && text(input.CodeSigningConfigArn)
          ? [checkOn(call, action, text(input.CodeSigningConfigArn) ?? '')]
          : []),
      ]
    }
    return checksByFacts(call, action)
  })
  const layers = /^(Create|Update)Function/.test(operation.name) ? list(input.Layers) : []
  return [
    ...checks,
    ...layers.map((layer) => checkOn(call, 'lambda:GetLayerVersion', versionArn(layer))),
  ]
}

function layerArn(call: ForwardedCall): string {
  const { input, partition, region, accountId } = call
  if (input.Arn !== undefined) return versionArn(input.Arn)
  const name = text(input.LayerName) ?? ''
  const version = scalar(input.VersionNumber)
  const isArn = /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+$/.test(name)
  if (!isArn && (!/^[A-Za-z0-9_-]+$/.test(name) || accountId === '')) {
    throw new Unresolvable('The request names no layer')
  }
  const arn = isArn ? name : `arn:${partition}:lambda:${region}:${accountId}:layer:${name}`
  return version === undefined ? arn : `${arn}:${version}`
}

function versionArn(given: unknown): string {
  const arn = text(given) ?? ''
  if (!/^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+$/.test(arn)) {
    throw new Unresolvable('The request names no version of a layer')
  }
  return arn
}
