export { headersOf, rawPathOf, rawQueryOf } from './http.ts'
export type { HttpAnswer, HttpRequest } from './http.ts'
