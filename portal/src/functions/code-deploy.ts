import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { FunctionName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { isSameSource, type Source, sourceOf } from './code-source.ts'
import { functionQuery, type LoadedFunction } from './function-query.ts'

export interface Deployment {
  readonly base: LoadedFunction
  readonly source: Source
}

/** Sends new code; `turn` counts what was sent, so that each build is followed from its first line. */
export function useDeploy(name: FunctionName) {
  const scope = useScope()
  const queries = useQueryClient()
  const query = functionQuery(scope, name)
  const [turn, setTurn] = useState(0)

  const send = async ({ base, source }: Deployment): Promise<LoadedFunction> => {
    let tag: string | undefined
    await api.functions.update(scope, name, source, {
      ...(base.tag !== undefined && { ifMatch: base.tag }),
      onHeaders: (headers) => {
        tag = headers.get('etag') ?? undefined
      },
    })
    const fn = { ...base.fn, ...source, files: { ...source.files }, build_status: 'pending' }
    return { fn, tag }
  }

  const change = useMutation({
    mutationFn: async (deployment: Deployment) => {
      try {
        return await send(deployment)
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 412)) throw error
        const newest = await queries.fetchQuery({ ...query, staleTime: 0 })
        // Somebody changed a setting meanwhile, and no code: both stay.
        if (!isSameSource(sourceOf(newest.fn), sourceOf(deployment.base.fn))) throw error
        return await send({ ...deployment, base: newest })
      }
    },
    onSuccess: async (saved) => {
      await queries.cancelQueries({ queryKey: query.queryKey })
      queries.setQueryData(query.queryKey, saved)
      setTurn((before) => before + 1)
    },
  })
  return {
    deploy: change.mutate,
    isPending: change.isPending,
    /** That others were faster is told by the draft, with what they changed. */
    error: change.error instanceof ApiError && change.error.status === 412 ? null : change.error,
    turn,
  }
}
