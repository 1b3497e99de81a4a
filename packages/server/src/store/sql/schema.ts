/**
 * The tables, for both dialects. Times are text, ISO 8601 in UTC with milliseconds, which sorts
 * by time. `attributes`, `tags`, `before` and `after` are JSON text: kept byte for byte, and able
 * to hold every string, which PostgreSQL's own JSON types are not.
 */
export interface Tables {
  readonly accounts: AccountRow
  readonly entities: EntityRow
  readonly sealed_secrets: SealedSecretRow
  readonly links: LinkRow
  readonly counters: CounterRow
  readonly last_used: LastUsedRow
  readonly action_uses: ActionUseRow
  readonly reports: ReportRow
  readonly changes: ChangeRow
  readonly settings: SettingRow
}

export interface AccountRow {
  readonly account_id: string
  readonly name: string
  readonly email: string
  /** As `foldName`; unique. */
  readonly email_folded: string
  readonly alias: string | null
  readonly created_at: string
  readonly attributes: string
  readonly version: number
}

export interface EntityRow {
  readonly id: string
  readonly account_id: string
  readonly kind: string
  /** Empty where there is no parent. */
  readonly parent_id: string
  readonly name: string
  /** As `foldName`; unique within (account_id, kind, parent_id). */
  readonly name_folded: string
  readonly path: string
  readonly created_at: string
  readonly attributes: string
  readonly tags: string
}

export interface SealedSecretRow {
  readonly entity_id: string
  readonly sealed: Uint8Array
}

export interface LinkRow {
  readonly kind: string
  readonly account_id: string
  readonly from_id: string
  readonly to_id: string
  readonly created_at: string
}

export interface CounterRow {
  readonly account_id: string
  readonly kind: string
  readonly count: number
}

export interface LastUsedRow {
  readonly id: string
  readonly used_at: string
  readonly service: string
  readonly region: string
}

export interface ActionUseRow {
  readonly account_id: string
  readonly principal_id: string
  readonly service: string
  readonly action: string
  readonly region: string
  readonly used_at: string
}

export interface ReportRow {
  readonly id: string
  readonly account_id: string
  readonly kind: string
  readonly subject: string
  readonly state: string
  readonly started_at: string
  readonly finished_at: string | null
  readonly content: string
}

export interface ChangeRow {
  readonly account_id: string
  readonly version: number
  readonly idx: number
  readonly at: string
  readonly event_id: string
  readonly kind: string
  readonly entity_id: string
  readonly before: string | null
  readonly after: string | null
}

export interface SettingRow {
  readonly name: string
  readonly value: string
}

/** In an order in which they can be emptied. */
export const tableNames = [
  'changes',
  'last_used',
  'action_uses',
  'reports',
  'counters',
  'links',
  'sealed_secrets',
  'entities',
  'accounts',
  'settings',
] as const satisfies readonly (keyof Tables)[]
