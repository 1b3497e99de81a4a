/**
 * The things IAM keeps. Plain data without behaviour; one `kind` each. A field whose name ends in
 * `At` is a Date; everything else is JSON. Secrets are never among the attributes: they are kept
 * sealed, apart (`store/port.ts`, `sealed`).
 *
 * Every entity belongs to an account and has an id that is never used again. `name` is unique,
 * ignoring case, within (account, kind, parent); `path` is part of the ARN where the kind has one.
 *
 * Source: IAM API Reference, data types; IAM User Guide, "IAM identifiers".
 */
import type { DelegationAssignment, DelegationRequest } from './delegation-entity.ts'
import type { AccountId, EntityBase } from './entity-base.ts'
import type { Instance } from './instance.ts'
import type { Resource } from './resource.ts'
import type { ServiceLinkedRoleDeletion } from './service-linked-role-deletion.ts'

export type { AccountId, Tag } from './entity-base.ts'
export type { Resource } from './resource.ts'
export type {
  Instance,
  InstanceMetadataOptions,
  InstanceProfileAssociation,
  InstanceState,
} from './instance.ts'

export interface User extends EntityBase {
  readonly kind: 'user'
  /** ARN of the managed policy that is its permissions boundary. */
  readonly permissionsBoundaryArn?: string
  readonly passwordLastUsedAt?: Date
}

export interface Group extends EntityBase {
  readonly kind: 'group'
}

export interface Role extends EntityBase {
  readonly kind: 'role'
  readonly description?: string
  readonly maxSessionDurationSeconds: number
  readonly permissionsBoundaryArn?: string
  /** As last written, byte for byte. */
  readonly trustPolicy: string
  /**
   * The same text with principals replaced by their unique ids: what is decided on, so that a
   * principal made anew under an old name is not trusted.
   */
  readonly trustPolicySaved: string
}

/** A customer managed policy; its versions are entities of their own. */
export interface ManagedPolicy extends EntityBase {
  readonly kind: 'policy'
  readonly description?: string
  readonly defaultVersionId: string
  /** Counter of the next version: numbers are never reused. */
  readonly nextVersionNumber: number
  readonly updatedAt: Date
}

/** parentId: the policy. name: `v1`, `v2` … */
export interface PolicyVersion extends EntityBase {
  readonly kind: 'policyVersion'
  readonly document: string
}

/** parentId: the user, group or role. name: the policy's name. */
export interface InlinePolicy extends EntityBase {
  readonly kind: 'inlinePolicy'
  readonly document: string
}

/** parentId: the user, or the account id for root. id and name: the access key id. Sealed: the secret. */
export interface AccessKey extends EntityBase {
  readonly kind: 'accessKey'
  readonly status: 'Active' | 'Inactive'
}

/**
 * What a user signs in to a console with; parentId: the user, or the account id for root; one each,
 * by the name `LoginProfile`. Sealed: the hashes of the password and of former ones. Without any it
 * cannot be signed in with.
 */
export interface LoginProfile extends EntityBase {
  readonly kind: 'loginProfile'
  /** Whether a new password must be set at the next sign-in. */
  readonly passwordResetRequired: boolean
  /** When the password that holds now was set, by whomever. */
  readonly passwordChangedAt: Date
}

/** The name of each login profile: an owner has one. */
export const loginProfileName = 'LoginProfile'

/** parentId: the user. id and name: APKA…. */
export interface SshPublicKey extends EntityBase {
  readonly kind: 'sshPublicKey'
  readonly status: 'Active' | 'Inactive'
  /** Of OpenSSH: `ssh-rsa AAAA… comment`. */
  readonly publicKey: string
  /** MD5 of the key, as 16 pairs of hexadecimal digits between colons. */
  readonly fingerprint: string
}

/** parentId: the user, or the account id for root. id and name: the certificate id. */
export interface SigningCertificate extends EntityBase {
  readonly kind: 'signingCertificate'
  readonly status: 'Active' | 'Inactive'
  /** PEM, as uploaded. */
  readonly body: string
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string
}

/** parentId: the user. id and name: ACCA…. Sealed: the password or API key. */
export interface ServiceSpecificCredential extends EntityBase {
  readonly kind: 'serviceSpecificCredential'
  readonly status: 'Active' | 'Inactive'
  /** `codecommit.amazonaws.com`. */
  readonly serviceName: string
  /** ServiceUserName, or the alias of an API key: told apart by the service. */
  readonly serviceUserName: string
  /** Of an API key that expires. */
  readonly expiresAt?: Date
}

/** A TLS certificate with its chain. id: ASCA…. Sealed: the private key. */
export interface ServerCertificate extends EntityBase {
  readonly kind: 'serverCertificate'
  /** PEM, as uploaded. */
  readonly body: string
  readonly chain?: string
  readonly expiresAt: Date
}

/** What an EC2 instance is given; its role is a link. */
export interface InstanceProfile extends EntityBase {
  readonly kind: 'instanceProfile'
}

/** What an account asks of its users' passwords: at most one, by the name `PasswordPolicy`. */
export interface AccountPasswordPolicy extends EntityBase {
  readonly kind: 'accountPasswordPolicy'
  readonly minimumLength: number
  readonly requireSymbols: boolean
  readonly requireNumbers: boolean
  readonly requireUppercaseCharacters: boolean
  readonly requireLowercaseCharacters: boolean
  readonly allowUsersToChangePassword: boolean
  readonly ageDaysMax?: number
  /** How many former passwords may not come back. */
  readonly reusePrevention?: number
  /** Whether a user whose password has expired cannot set a new one. */
  readonly hardExpiry?: boolean
}

/** What an account has chosen for itself: at most one, by the name `AccountSettings`. */
export interface AccountSettings extends EntityBase {
  readonly kind: 'accountSettings'
  /** Of the tokens that the global endpoint of STS issues; absent: 1, as every account begins. */
  readonly globalEndpointTokenVersion?: 1 | 2
  /** `Namespace/PropertyName` → value. */
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * An account's right to tokens about its principals for others to verify: at most one, by the name
 * `OutboundWebIdentityFederation`. id: the UUID in its issuer URL, which stays the account's when
 * it is disabled, since tokens issued before stay valid.
 */
export interface OutboundWebIdentityFederation extends EntityBase {
  readonly kind: 'outboundWebIdentityFederation'
  readonly enabled: boolean
}

/**
 * An OpenID Connect provider whose tokens the account may trust. name: its URL without the scheme,
 * as the ARN has it (`server.example.com/path`).
 */
export interface OidcProvider extends EntityBase {
  readonly kind: 'oidcProvider'
  /** The audiences whose tokens are accepted. */
  readonly clientIds: readonly string[]
  /**
   * SHA-1 of certificates, 40 hexadecimal digits as given: they vouch for a provider's TLS where no
   * public authority does.
   */
  readonly thumbprints: readonly string[]
}

/**
 * A SAML identity provider whose assertions the account may trust, with what its metadata says.
 * id: SAMLProviderUUID. Its metadata and private keys are its children.
 */
export interface SamlProvider extends EntityBase {
  readonly kind: 'samlProvider'
  /** The Issuer of what it signs. */
  readonly entityId: string
  /** Base64 of DER, without white space; at least one. */
  readonly signingCertificates: readonly string[]
  /** As ValidUntil shows it: what the metadata says, or a hundred years. */
  readonly expiresAt: Date
  /** Whether assertions must be encrypted; absent: they may be. */
  readonly assertionEncryptionMode?: 'Required' | 'Allowed'
}

/** parentId: the SAML provider; one each, by the name `Metadata`: too large to be read with it. */
export interface SamlMetadataDocument extends EntityBase {
  readonly kind: 'samlMetadataDocument'
  /** XML, as given. */
  readonly document: string
}

/** parentId: the SAML provider. id and name: its KeyId. Sealed: the key, as PEM. */
export interface SamlPrivateKey extends EntityBase {
  readonly kind: 'samlPrivateKey'
}
export type RootAccessFeature = 'RootCredentialsManagement' | 'RootSessions'

/**
 * A multi-factor device. name: its serial number, which of a virtual device and of a passkey is an
 * ARN. Sealed: the seed of a virtual device, base32.
 */
export interface MfaDevice extends EntityBase {
  readonly kind: 'mfaDevice'
  readonly type: 'virtual' | 'passkey'
  /** The user it is assigned to, or the account id for root; its assignment says the same. */
  readonly ownerId?: string
  /** Of the last code that was accepted, in steps since 1970. */
  readonly lastUsedStep?: number
  /** How many steps its clock is ahead of ours. */
  readonly driftSteps?: number
  /** Of a passkey, as GetMFADevice shows them: `FIDO`, `FIDO-FIPS-140-2` … and their levels. */
  readonly certifications?: Readonly<Record<string, string>>
}

/**
 * That a device is somebody's. parentId: the user, or the account id for root. name: the serial
 * number. createdAt: its EnableDate.
 */
export interface MfaAssignment extends EntityBase {
  readonly kind: 'mfaAssignment'
}

/** accountId: the management account. id: `o-…`. */
export interface Organization extends EntityBase {
  readonly kind: 'organization'
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING'
  /** `r-…`. */
  readonly rootId: string
  readonly managementAccountEmail: string
  /** Service principals that may act across the organization: its trusted access. */
  readonly trustedServices?: readonly string[]
  /** What the management account may do about root users of the members. Absent: nothing. */
  readonly rootAccessFeatures?: readonly RootAccessFeature[]
}

/** accountId: the management account. id: `car-…`. Outcome of one CreateAccount. */
export interface CreateAccountStatus extends EntityBase {
  readonly kind: 'createAccountStatus'
  readonly accountName: string
  readonly state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'
  readonly createdAccountId?: string
  readonly failureReason?: string
  readonly completedAt?: Date
}

/** Every kind of entity. A new kind is a type here, and nothing in the store. */
export type Entity =
  | User
  | Group
  | Role
  | ManagedPolicy
  | PolicyVersion
  | InlinePolicy
  | AccessKey
  | LoginProfile
  | SshPublicKey
  | SigningCertificate
  | ServiceSpecificCredential
  | ServerCertificate
  | InstanceProfile
  | Instance
  | AccountPasswordPolicy
  | AccountSettings
  | DelegationRequest
  | DelegationAssignment
  | ServiceLinkedRoleDeletion
  | OutboundWebIdentityFederation
  | OidcProvider
  | SamlProvider
  | SamlMetadataDocument
  | SamlPrivateKey
  | MfaDevice
  | MfaAssignment
  | Organization
  | CreateAccountStatus
  | Resource

export type EntityKind = Entity['kind']
export type EntityOf<K extends EntityKind> = Extract<Entity, { kind: K }>

/** An AWS account: the boundary of names, quotas and trust. Not an entity: it holds them. */
export interface Account {
  readonly accountId: AccountId
  readonly name: string
  readonly email: string
  /** Unique in the deployment. */
  readonly alias?: string
  /** The organization it is in, if any; `managementAccountId` is its own id for the management account. */
  readonly organizationId?: string
  readonly managementAccountId?: string
  readonly joinedMethod?: 'CREATED' | 'INVITED'
  readonly joinedAt?: Date
  readonly createdAt: Date
}

/**
 * A relation between two entities; both ends are unique ids, except where a line says otherwise.
 *
 * - membership: user → group
 * - attachment: user, group or role → managed policy (customer or AWS)
 * - profileRole: instance profile → the role it holds
 * - certified: signing certificate → the SHA-256 of what it is: an account holds one but once
 * - boundary: user or role → managed policy, kept beside `permissionsBoundaryArn` to be counted
 * - delegationWorkflow: delegation request → the id of its requestor's workflow, which is taken
 * - delegationClaim: delegation request → itself, once an account has associated it
 * - resourceClaim: the ARN of a resource → itself: it is one account's, wherever that is
 */
export type LinkKind =
  | 'membership'
  | 'attachment'
  | 'boundary'
  | 'certified'
  | 'profileRole'
  | 'delegationWorkflow'
  | 'delegationClaim'
  | 'resourceClaim'

export interface Link {
  readonly kind: LinkKind
  readonly accountId: AccountId
  readonly fromId: string
  readonly toId: string
  readonly createdAt: Date
}
