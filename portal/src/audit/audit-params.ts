import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { AuditFilters } from '../../../src/client/audit.ts'

/** What the page's address says of the list; empty for nothing. */
export interface AuditParams {
  readonly actor: string
  /** What the action begins with. */
  readonly action: string
  /** The whole name of what it happened to. */
  readonly object: string
  readonly project: string
  /** RFC 3339. */
  readonly from: string
  readonly to: string
}

export const NAMES = ['actor', 'action', 'object', 'project', 'from', 'to'] as const
export const NO_FILTERS: AuditParams = {
  actor: '',
  action: '',
  object: '',
  project: '',
  from: '',
  to: '',
}

export function useAuditParams() {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => {
    const entries = NAMES.map((name) => [name, params.get(name) ?? ''] as const)
    return Object.fromEntries(entries) as unknown as AuditParams
  }, [params])
  /** Each look is a step of the browser's history: one goes back to it. */
  const set = useCallback(
    (changes: Partial<Record<keyof AuditParams | 'before' | 'row', string>>) =>
      setParams((before) => {
        const after = new URLSearchParams(before)
        if (NAMES.some((name) => name in changes)) after.delete('before')
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') after.delete(name)
          else after.set(name, value)
        }
        return after
      }),
    [setParams],
  )
  return {
    filters,
    before: sequenceOf(params.get('before')),
    row: sequenceOf(params.get('row')),
    set,
  }
}

/** As the API takes them. */
export function filtersOf(params: AuditParams): AuditFilters {
  return {
    actor: params.actor || undefined,
    action: params.action || undefined,
    entity_name: params.object || undefined,
    project_id: /^\d+$/.test(params.project) ? [Number(params.project)] : undefined,
    from: params.from || undefined,
    to: params.to || undefined,
  }
}

/** Where the rows can be downloaded, as JSON lines. */
export function exportAddress(params: AuditParams): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filtersOf(params))) {
    if (value !== undefined) query.set(name, String(value))
  }
  const text = query.toString()
  return `/cloud/v1/audit/export${text === '' ? '' : `?${text}`}`
}

function sequenceOf(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined
}
