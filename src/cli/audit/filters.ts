import type { AuditFilters } from '../../client/audit.ts'
import type { ServerFlags } from '../options.ts'
import { momentText } from '../usage-report.ts'

export interface FilterFlags extends ServerFlags {
  readonly project?: readonly number[]
  readonly action?: string
  readonly actor?: string
  readonly name?: string
  readonly id?: readonly string[]
  readonly request?: string
  readonly address?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly after?: number
  readonly before?: number
}

export function filtersOf(flags: FilterFlags): AuditFilters {
  return {
    project_id: flags.project,
    action: flags.action,
    actor: flags.actor,
    entity_name: flags.name,
    entity_id: flags.id,
    request_id: flags.request,
    address: flags.address,
    from: momentText('--since', flags.since),
    to: momentText('--until', flags.until),
    after_sequence: flags.after,
    before_sequence: flags.before,
  }
}
