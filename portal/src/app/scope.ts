import { useMemo } from 'react'
import { useParams } from 'react-router'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'

/** The project and region that the page's address names. */
export function useScope(): Scope {
  const { projectId, regionId } = useParams()
  return useMemo(
    () => ({ projectId: Number(projectId), regionId: Number(regionId) }),
    [projectId, regionId],
  )
}

/** The function that the page's address names. */
export function useFunctionName(): FunctionName {
  const { namespace = '', name = '' } = useParams()
  return useMemo(() => ({ namespace, name }), [namespace, name])
}
