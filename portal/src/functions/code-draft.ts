import { useCallback, useEffect, useState } from 'react'
import { isSameSource, type Source, sourceOf } from './code-source.ts'
import type { LoadedFunction } from './function-query.ts'

export interface Draft {
  readonly source: Source
  readonly setSource: (source: Source) => void
  /** What the draft began with. */
  readonly base: LoadedFunction
  readonly isDirty: boolean
  /** Somebody else has changed the code since the draft was begun. */
  readonly isBehind: boolean
  /** Gives the draft up for what is saved. */
  readonly takeSaved: () => void
  /** Has the draft count as a change of what is saved now. */
  readonly keepOwn: () => void
}

/** What is being written, until it is deployed; without changes it follows what is saved. */
export function useDraft(saved: LoadedFunction): Draft {
  const [base, setBase] = useState(saved)
  const [source, setSource] = useState(() => sourceOf(saved.fn))
  const [from, to] = [sourceOf(base.fn), sourceOf(saved.fn)]
  const isDirty = !isSameSource(source, from) && !isSameSource(source, to)
  const hasMoved = !isSameSource(from, to)
  const takeSaved = useCallback(() => {
    setBase(saved)
    setSource(sourceOf(saved.fn))
  }, [saved])
  const keepOwn = useCallback(() => setBase(saved), [saved])
  useEffect(() => {
    if (!isDirty) takeSaved()
    // Only settings were changed: the code that is written on is still the newest.
    else if (!hasMoved) keepOwn()
  }, [isDirty, hasMoved, takeSaved, keepOwn])
  return { source, setSource, base, isDirty, isBehind: isDirty && hasMoved, takeSaved, keepOwn }
}
