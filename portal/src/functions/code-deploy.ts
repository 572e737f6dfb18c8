import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { FunctionName } from '../../../src/domain/names.ts'
import { useScope } from '../app/scope.ts'
import { isSameSource, type Source, sourceOf } from './code-source.ts'
import { functionQuery, type LoadedFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'

export interface Deployment {
  readonly base: LoadedFunction
  readonly source: Source
}

/** Sends new code; `turn` counts what was sent, so that each build is followed from its first line. */
export function useDeploy(name: FunctionName) {
  const queries = useQueryClient()
  const { queryKey } = functionQuery(useScope(), name)
  const update = useUpdateFunction()
  const [turn, setTurn] = useState(0)

  const change = useMutation({
    mutationFn: async ({ base, source }: Deployment): Promise<LoadedFunction> => {
      const body = { ...source, files: { ...source.files } }
      const from = sourceOf(base.fn)
      const isUntouched = (newest: LoadedFunction['fn']) => isSameSource(sourceOf(newest), from)
      const updated = await update({ base, body, isUntouched })
      return { fn: { ...updated.base.fn, ...body, build_status: 'pending' }, tag: updated.tag }
    },
    onSuccess: async (saved) => {
      await queries.cancelQueries({ queryKey })
      queries.setQueryData(queryKey, saved)
      setTurn((before) => before + 1)
    },
  })
  return {
    deploy: change.mutate,
    isPending: change.isPending,
    /** That others were faster is told by the draft, with what they changed. */
    error: isChangedMeanwhile(change.error) ? null : change.error,
    turn,
  }
}
