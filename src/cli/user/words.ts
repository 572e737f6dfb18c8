import type { RoleOnProjectSerializer } from '../../client/types.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import { parseExpiry } from '../expiry.ts'
import { usage } from '../failure.ts'

/** `owner of all projects, viewer of 2`. */
export function rolesText(roles: readonly RoleOnProjectSerializer[]): string {
  if (roles.length === 0) return 'none'
  return roles
    .map(({ project_id: id, role }) => `${role} of ${id === null ? 'all projects' : id}`)
    .join(', ')
}

/** What stands behind `--expires`, as the API wants it; null for never. */
export function expiresText(written: string): string | null {
  const expiry = parseExpiry(written, Date.now())
  if (expiry.kind === 'invalid') throw usage(`--expires ${expiry.reason}.`)
  return expiry.kind === 'never' ? null : utcSeconds(expiry.ms)
}
