import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { ChangeNamespaceSerializer, NamespaceSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { whoChanged } from '../app/who-changed.ts'
import { namespaceQuery, type ReadNamespace, readNamespace } from './namespace-queries.ts'

export interface NamespaceChange {
  /** As it was when editing began. */
  readonly base: ReadNamespace
  readonly body: ChangeNamespaceSerializer
  /** Whether what others have saved meanwhile leaves alone what is changed: then nobody is asked. */
  readonly isUntouched: (newest: NamespaceSerializer) => boolean
  /** Called with what is there then. */
  readonly onSaved: (saved: ReadNamespace) => void
}

/** What is there in place of what was read. */
export interface NamespaceConflict {
  readonly read: ReadNamespace
  readonly who: string | undefined
}

type Outcome =
  | { readonly kind: 'saved'; readonly taskId: string | undefined }
  | { readonly kind: 'conflict'; readonly conflict: NamespaceConflict }

/** Saves what was changed of a namespace, unless somebody else was faster. */
export function useSaveNamespace(scope: Scope) {
  const queryClient = useQueryClient()
  const [conflict, setConflict] = useState<NamespaceConflict>()
  const [taskId, setTaskId] = useState<string>()
  const saving = useMutation({
    mutationFn: (change: NamespaceChange) => saveOrMeet(scope, change),
    async onSuccess(outcome, { base, onSaved }) {
      if (outcome.kind === 'conflict') {
        const { read } = outcome.conflict
        queryClient.setQueryData(namespaceQuery(scope, read.namespace.name).queryKey, read)
        setConflict(outcome.conflict)
      } else {
        await queryClient.invalidateQueries({ queryKey: ['namespaces', scope] })
        setTaskId(outcome.taskId)
        const { queryKey } = namespaceQuery(scope, base.namespace.name)
        onSaved(queryClient.getQueryData(queryKey) ?? base)
      }
      // Secret values among what was sent stay nowhere in the page.
      saving.reset()
    },
  })
  const reset = () => {
    setConflict(undefined)
    saving.reset()
  }
  return {
    save(change: NamespaceChange) {
      setConflict(undefined)
      setTaskId(undefined)
      saving.mutate(change)
    },
    reset,
    isPending: saving.isPending,
    error: saving.error,
    conflict,
    /** Of what was saved last. */
    taskId,
  }
}

async function saveOrMeet(scope: Scope, change: NamespaceChange): Promise<Outcome> {
  const { base, body, isUntouched } = change
  const { name } = base.namespace
  try {
    const { tasks } = await api.namespaces.update(scope, name, body, { ifMatch: base.tag })
    return { kind: 'saved', taskId: tasks[0] }
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error
  }
  const newest = await readNamespace(scope, name)
  if (isUntouched(newest.namespace)) return saveOrMeet(scope, { ...change, base: newest })
  const { projectId } = scope
  const changes = { project_id: [projectId], action: 'namespace.', entity_name: name }
  return { kind: 'conflict', conflict: { read: newest, who: await whoChanged(changes) } }
}
