import { join } from 'node:path'
import type { Settings } from './latchkey.ts'

/** Everything that watches a call. What is on by default is named too: defaults may change. */
export function everythingOn(folder: string): Settings {
  return { LATCHKEY_ACCESS_LOG: join(folder, 'access.log') }
}
