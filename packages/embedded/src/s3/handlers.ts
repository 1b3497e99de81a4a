import { loadModel } from '@bailiwick/wire'
import * as buckets from './buckets.ts'
import type { Handler } from './call.ts'
import * as copies from './copies.ts'
import * as lists from './list.ts'
import * as objects from './objects.ts'
import * as tags from './tags.ts'
import * as uploads from './uploads.ts'

export const model = loadModel('s3')

const files = [buckets, buckets.settingHandlers, copies, lists, objects, tags, uploads]

/** By operation: of what those files export, what is named as one. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  files
    .flatMap((file) => Object.entries(file))
    .filter(([name]) => model.operations.has(name))
    .map(([name, handler]) => [name, handler as Handler] as const),
)
