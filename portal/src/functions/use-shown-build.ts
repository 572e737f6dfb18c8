import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { useFunctionName, useScope } from '../app/scope.ts'
import { useBuildOutput } from './build-follow.ts'
import { isBuilding, useFunction } from './function-query.ts'
import type { MadeFunction } from './new-function-create.ts'

/** The build of what was deployed here, one that is under way, or the newest one if it failed. */
export function useShownBuild(turn: number) {
  const scope = useScope()
  const name = useFunctionName()
  const queries = useQueryClient()
  const { fn } = useFunction()
  const [isNew] = useState((useLocation().state as Partial<MadeFunction> | null)?.isNew === true)
  const [isShown, setShown] = useState(isNew)
  const [hidden, setHidden] = useState<number>()
  const wants = isBuilding(fn.build_status) || fn.build_status === 'failed'
  useEffect(() => {
    if (wants) setShown(true)
  }, [wants])
  const isFollowed = (turn > 0 || isShown) && hidden !== turn
  const output = useBuildOutput(scope, name, isFollowed ? turn : undefined)
  const hasEnded = output?.hasEnded === true
  useEffect(() => {
    if (hasEnded) void queries.invalidateQueries({ queryKey: ['functions', scope] })
  }, [hasEnded, queries, scope])
  return { output, hide: () => setHidden(turn) }
}
