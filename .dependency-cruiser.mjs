/** For dependency-cruiser's own command; the locks stand in tools/rooms/table.ts. */
import { locks, options } from './tools/rooms/table.ts'

export default { forbidden: [...locks], options }
