import { at, type ForwardedCall, scalar, text } from './forwarded-call.ts'
import { member, stringsAt } from './key-members.ts'
import { type KeyOf, type OpenKeysOf, notKnown } from './key.ts'

/** What a new key is, with AWS's standard; of a key that is there the request does not tell it. */
const ofNewKey =
  (name: string, standard: string): KeyOf =>
  ({ input, operation }) =>
    operation.name === 'CreateKey' ? (scalar(input[name]) ?? standard) : notKnown

/** Under its old name or its new one; AWS takes not both. */
const keySpec: KeyOf = (call, about) => {
  const [old, now] = [text(call.input.CustomerMasterKeySpec), text(call.input.KeySpec)]
  if (old !== undefined && now !== undefined && old !== now) return notKnown
  return old ?? ofNewKey('KeySpec', 'SYMMETRIC_DEFAULT')(call, about)
}

/** The encryption context of a call, or that which a grant is bound to. */
function encryptionContext({ input }: ForwardedCall): readonly (readonly [string, string])[] {
  const held =
    input.EncryptionContext ??
    at(input, 'Constraints', 'EncryptionContextEquals') ??
    at(input, 'Constraints', 'EncryptionContextSubset')
  return Object.entries(Object(held) as object).map(([key, value]) => [key, String(value)])
}

/** Source: KMS Developer Guide, "AWS KMS condition keys". */
export const kmsKeys: Readonly<Record<string, KeyOf>> = {
  'kms:bypasspolicylockoutsafetycheck': member('BypassPolicyLockoutSafetyCheck'),
  'kms:calleraccount': ({ accountId }) => text(accountId),
  'kms:customermasterkeyspec': keySpec,
  'kms:customermasterkeyusage': ofNewKey('KeyUsage', 'ENCRYPT_DECRYPT'),
  'kms:keyspec': keySpec,
  'kms:keyusage': ofNewKey('KeyUsage', 'ENCRYPT_DECRYPT'),
  'kms:keyorigin': ofNewKey('Origin', 'AWS_KMS'),
  'kms:multiregion': ofNewKey('MultiRegion', 'false'),
  'kms:multiregionkeytype': ({ input, operation }) => {
    if (operation.name !== 'CreateKey') return notKnown
    return input.MultiRegion === true ? 'PRIMARY' : undefined
  },
  'kms:datakeypairspec': member('KeyPairSpec'),
  'kms:encryptionalgorithm': ({ input }) => text(input.EncryptionAlgorithm) ?? 'SYMMETRIC_DEFAULT',
  'kms:expirationmodel': member('ExpirationModel'),
  'kms:granteeprincipal': member('GranteePrincipal'),
  'kms:granteeserviceprincipal': member('GranteeServicePrincipal'),
  'kms:retiringprincipal': member('RetiringPrincipal'),
  'kms:retiringserviceprincipal': member('RetiringServicePrincipal'),
  'kms:grantoperations': stringsAt('Operations'),
  // Whoever calls here is no service of AWS's, which alone makes and revokes grants for its own.
  'kms:grantisforawsresource': () => 'false',
  'kms:viaservice': () => undefined,
  'kms:grantconstraintsourcearn': member('Constraints', 'SourceArn'),
  'kms:grantconstrainttype': ({ input, operation }) => {
    const names = ['EncryptionContextEquals', 'EncryptionContextSubset']
    const named = names.find((name) => at(input, 'Constraints', name) !== undefined)
    return operation.name === 'CreateGrant' ? named : notKnown
  },
  'kms:encryptioncontextkeys': (call) => {
    if (call.operation.name === 'RetireGrant') return notKnown
    const names = encryptionContext(call).map(([name]) => name)
    return names.length > 0 ? names : undefined
  },
  'kms:keyagreementalgorithm': member('KeyAgreementAlgorithm'),
  'kms:macalgorithm': member('MacAlgorithm'),
  'kms:messagetype': ({ input }) => text(input.MessageType) ?? 'RAW',
  'kms:primaryregion': member('PrimaryRegion'),
  'kms:replicaregion': member('ReplicaRegion'),
  'kms:requestalias': ({ input }) => {
    const alias = /(?:^|:)(alias\/.+)$/.exec(text(input.KeyId) ?? text(input.TargetKeyId) ?? '')
    return alias?.[1]
  },
  // Told by resolution, which has both keys.
  'kms:reencryptonsamekey': ({ input }) => scalar(input.IsSameKey) ?? notKnown,
  'kms:rotationperiodindays': member('RotationPeriodInDays'),
  'kms:schedulekeydeletionpendingwindowindays': ({ input }) =>
    scalar(input.PendingWindowInDays) ?? '30',
  'kms:signingalgorithm': member('SigningAlgorithm'),
  'kms:validto': member('ValidTo'),
  'kms:wrappingalgorithm': member('WrappingAlgorithm'),
  'kms:wrappingkeyspec': member('WrappingKeySpec'),
  ...attestationKeys(),
}

/** Of calls from an enclave, whose document nobody here verifies. */
function attestationKeys(): Readonly<Record<string, KeyOf>> {
  const attested: KeyOf = ({ input }) => (input.Recipient === undefined ? undefined : notKnown)
  const registers = [
    ...Array.from({ length: 32 }, (_, at) => `pcr${at}`),
    ...Array.from({ length: 24 }, (_, at) => `nitrotpmpcr${at}`),
  ]
  const names = ['imagesha384', ...registers]
  return Object.fromEntries(names.map((name) => [`kms:recipientattestation:${name}`, attested]))
}

export const kmsOpenKeys: Readonly<Record<string, OpenKeysOf>> = {
  'kms:encryptioncontext:${encryptioncontextkey}': (call) => {
    if (call.operation.name === 'RetireGrant') return notKnown
    const pairs = encryptionContext(call)
    return Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value]))
  },
}
