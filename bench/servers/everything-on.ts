import { join } from 'node:path'
import type { Settings } from './latchkey.ts'

/**
 * Everything that watches a call: metrics, usage and last use are always on, the access log is not. Its file
 * is renamed by size like any other.
 */
export function everythingOn(folder: string): Settings {
  return { LATCHKEY_ACCESS_LOG: join(folder, 'access.log') }
}
