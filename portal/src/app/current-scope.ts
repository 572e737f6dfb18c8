import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useLocation } from 'react-router'
import type { Scope } from '../../../src/domain/names.ts'
import { scopeOf } from './scope-paths.ts'
import { scopesQuery } from './scopes.ts'

const STORED = 'latchkey-scope'
const listeners = new Set<() => void>()
let last: Scope | undefined = readStored()

/** The project and region of the page's address; on pages of none those that were looked at last. */
export function useCurrentScope(): Scope {
  const named = scopeOf(useLocation().pathname)
  const remembered = useSyncExternalStore(subscribe, () => last)
  const scopes = useQuery(scopesQuery).data
  const projectId = named?.projectId ?? known(remembered?.projectId, scopes?.projects) ?? 1
  const regionId = named?.regionId ?? known(remembered?.regionId, scopes?.regions) ?? 1
  const isNamed = named !== undefined
  useEffect(() => {
    if (isNamed) rememberScope({ projectId, regionId })
  }, [isNamed, projectId, regionId])
  return useMemo(() => ({ projectId, regionId }), [projectId, regionId])
}

export function rememberScope(scope: Scope): void {
  if (last?.projectId === scope.projectId && last.regionId === scope.regionId) return
  last = scope
  try {
    localStorage.setItem(STORED, `${scope.projectId}/${scope.regionId}`)
  } catch {
    // Storage may be forbidden; then it is only not kept for the next visit.
  }
  for (const listener of listeners) listener()
}

function known(id: number | undefined, of: readonly { id: number }[] | undefined) {
  if (of === undefined) return id
  return of.some((one) => one.id === id) ? id : of[0]?.id
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function readStored(): Scope | undefined {
  try {
    return scopeOf(`/p/${localStorage.getItem(STORED)}`)
  } catch {
    // Storage may be forbidden.
    return undefined
  }
}
