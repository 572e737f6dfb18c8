import type {
  ChangeTriggerSerializer,
  CreateTriggerSerializer,
  TriggerSerializer,
} from '../../../src/client/types.ts'
import type { HeaderFault } from './header-rows.tsx'
import type { HeaderRow } from './test-request.ts'

/** What the form of a trigger holds. */
export interface TriggerDraft {
  readonly name: string
  readonly schedule: string
  readonly timezone: string
  readonly method: string
  readonly path: string
  readonly headers: readonly HeaderRow[]
  readonly body: string
  readonly enabled: boolean
}

export const TRIGGER_METHODS = ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']

export const SCHEDULES = [
  { schedule: '*/5 * * * *', label: 'Every 5 minutes' },
  { schedule: '0 * * * *', label: 'Every hour' },
  { schedule: '0 6 * * *', label: 'Every day at 06:00' },
  { schedule: '0 6 * * 1-5', label: 'On weekdays at 06:00' },
  { schedule: '0 6 1 * *', label: 'On the 1st of each month' },
]

export function draftOf(trigger: TriggerSerializer | undefined, zone: string): TriggerDraft {
  if (trigger === undefined) {
    const call = { method: 'POST', path: '/', headers: [], body: '' }
    return { name: '', schedule: '0 6 * * *', timezone: zone, ...call, enabled: true }
  }
  const { name, schedule, timezone, method, path, headers, body, enabled } = trigger
  const rows = Object.entries(headers).map(([header, value], i) => ({ id: i, name: header, value }))
  return { name, schedule, timezone, method, path, headers: rows, body: body ?? '', enabled }
}

export function bodyOf(draft: TriggerDraft): CreateTriggerSerializer {
  const { name, schedule, timezone, method, path, headers, body, enabled } = draft
  const named = headers.filter((row) => row.name.trim() !== '' || row.value !== '')
  return {
    name: name.trim(),
    schedule: schedule.trim().replace(/\s+/g, ' '),
    timezone,
    method: method as NonNullable<CreateTriggerSerializer['method']>,
    path: path.trim(),
    headers: Object.fromEntries(named.map((row) => [headerName(row), row.value])),
    body: body === '' ? null : body,
    enabled,
  }
}

/** What was changed of a trigger that is there: others may have changed the rest meanwhile. */
export function changeOf(trigger: TriggerSerializer, draft: TriggerDraft): ChangeTriggerSerializer {
  const { name: _own, ...before } = bodyOf(draftOf(trigger, trigger.timezone))
  const { name: _same, ...after } = bodyOf(draft)
  const members = Object.keys(after) as (keyof typeof after)[]
  const changed = members.filter(
    (member) => JSON.stringify(after[member]) !== JSON.stringify(before[member]),
  )
  return Object.fromEntries(changed.map((member) => [member, after[member]]))
}

/** Refusals name a header by its name. */
export function headerFaults(
  { headers }: TriggerDraft,
  placed: Readonly<Record<string, string>>,
): Record<number, HeaderFault> {
  const faults: Record<number, HeaderFault> = {}
  for (const row of headers) {
    const fault = placed[`headers.${headerName(row)}`]
    if (fault !== undefined) faults[row.id] = { name: fault }
  }
  return faults
}

function headerName({ name }: HeaderRow): string {
  return name.trim().toLowerCase()
}
