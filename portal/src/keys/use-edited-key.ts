import { useState } from 'react'
import { useScope } from '../app/scope.ts'
import { useIsHere } from '../ui/use-is-here.ts'
import { changedFields, draftOf, type KeyDraft, withFields } from './edit-draft.ts'
import { useSaveKey } from './edit-save.ts'
import type { ReadKey } from './key-queries.ts'

/** A key while it is edited: what it was when that began, what it is to be, and what stands against it. */
export function useEditedKey(initial: ReadKey, onRenamed: (name: string) => void) {
  const scope = useScope()
  const [base, setBase] = useState(initial)
  const [draft, setDraft] = useState(() => draftOf(initial.key))
  const before = draftOf(base.key)
  const changed = changedFields(before, draft)
  const isHere = useIsHere()
  const rebase = (read: ReadKey) => {
    setBase(read)
    if (read.key.name !== base.key.name) onRenamed(read.key.name)
  }
  const save = useSaveKey(scope, (saved, sent) => {
    // Whoever has left the page is not brought back to it.
    if (!isHere()) return
    rebase(saved)
    // What was typed while it was saved is not saved yet.
    setDraft((now) => withFields(draftOf(saved.key), now, changedFields(sent, now)))
  })
  const change = (part: Partial<KeyDraft>) => {
    // What becomes of a change that is under way is told still.
    if (!save.isPending) save.reset()
    setDraft((now) => ({ ...now, ...part }))
  }
  const { conflict } = save
  const resolve = (take: 'theirs' | 'mine') => {
    if (conflict === undefined) return
    const there = draftOf(conflict.read.key)
    const clashes = changedFields(before, there).filter((field) => changed.includes(field))
    const own = changed.filter((field) => take === 'mine' || !clashes.includes(field))
    const merged = withFields(there, draft, own)
    rebase(conflict.read)
    setDraft(merged)
    if (take === 'mine') save.save(conflict.read, merged)
    else save.reset()
  }
  return { base, before, draft, changed, change, save, resolve }
}

export type EditedKey = ReturnType<typeof useEditedKey>
