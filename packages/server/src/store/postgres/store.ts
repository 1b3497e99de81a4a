import { StoreOpenError } from '../errors.ts'
import type { Store } from '../port.ts'

export function openPostgresStore(_options: { readonly url: string }): Promise<Store> {
  return Promise.reject(new StoreOpenError('unsuitable', 'PostgreSQL is not there yet.'))
}
