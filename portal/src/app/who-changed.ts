import type { AuditFilters } from '../../../src/client/audit.ts'
import { api } from './api.ts'

/** Who has made the newest of these changes, as far as one may know: only owners may. */
export async function whoChanged(changes: AuditFilters): Promise<string | undefined> {
  try {
    const { results } = await api.audit.list({ ...changes, limit: 1 })
    return results[0]?.actor
  } catch {
    // It is told without the name then.
    return undefined
  }
}
