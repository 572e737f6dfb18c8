import { useMutation, useQueryClient } from '@tanstack/react-query'
import { withEditTag } from '../../../src/client/edit-tag.ts'
import { ApiError } from '../../../src/client/errors.ts'
import { laggingNodes } from '../../../src/client/http.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { whoChanged } from '../app/who-changed.ts'
import { draftOf, type KeyDraft, patchOf } from './edit-draft.ts'
import { keyQuery, keysChanged, type ReadKey, readKey } from './key-queries.ts'

/** What is there in place of what was read. */
export interface Conflict {
  readonly read: ReadKey
  readonly who: string | undefined
}

export class GoneError extends Error {}

type Outcome =
  | { readonly kind: 'saved'; readonly read: ReadKey; readonly lagging: readonly string[] }
  | { readonly kind: 'conflict'; readonly conflict: Conflict }

/** Saves what was changed of a key, unless somebody else was faster. `sent`: what was asked to be saved. */
export function useSaveKey(scope: Scope, onSaved: (saved: ReadKey, sent: KeyDraft) => void) {
  const queryClient = useQueryClient()
  const saving = useMutation({
    mutationFn: ({ base, draft }: { base: ReadKey; draft: KeyDraft }) =>
      saveOrMeet(scope, base, draft),
    onSuccess: async (outcome, { base, draft }) => {
      if (outcome.kind === 'conflict') return
      const { read } = outcome
      queryClient.setQueryData(keyQuery(scope, read.key.name).queryKey, read)
      onSaved(read, draft)
      const isRenamed = read.key.name !== base.key.name
      await keysChanged(queryClient, scope, isRenamed ? { id: '', name: base.key.name } : undefined)
    },
  })
  const outcome = saving.data
  return {
    save: (base: ReadKey, draft: KeyDraft) => saving.mutate({ base, draft }),
    reset: saving.reset,
    isPending: saving.isPending,
    error: saving.error,
    isSaved: outcome?.kind === 'saved',
    lagging: outcome?.kind === 'saved' ? outcome.lagging : [],
    conflict: outcome?.kind === 'conflict' ? outcome.conflict : undefined,
  }
}

async function saveOrMeet(scope: Scope, base: ReadKey, draft: KeyDraft): Promise<Outcome> {
  try {
    let lagging: readonly string[] = []
    const body = patchOf(draftOf(base.key), draft)
    const { value, tag } = await withEditTag((onTag) => {
      const onHeaders = (headers: Headers) => {
        onTag(headers)
        lagging = laggingNodes(headers)
      }
      return api.keys.update(scope, base.key.name, body, { ifMatch: base.tag, onHeaders })
    })
    return { kind: 'saved', read: { key: value, tag }, lagging }
  } catch (error) {
    const isMeeting = error instanceof ApiError && [404, 412].includes(error.status)
    if (!isMeeting) throw error
    return { kind: 'conflict', conflict: await conflictOf(scope, base) }
  }
}

/** A key that was renamed is found by its id. */
async function conflictOf(scope: Scope, { key }: ReadKey): Promise<Conflict> {
  const found = (await api.keys.list(scope, { id: key.id, limit: 1 })).results[0]
  if (found === undefined) throw new GoneError(`${key.name} was deleted meanwhile.`)
  const [read, who] = await Promise.all([
    readKey(scope, found.name),
    whoChanged({ entity_id: [key.id] }),
  ])
  return { read, who }
}
