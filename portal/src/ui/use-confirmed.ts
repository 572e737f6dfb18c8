import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useLast } from './use-last.ts'

export interface Confirmed<Thing> {
  /** Undefined while nothing is asked. */
  readonly thing: Thing | undefined
  readonly change: (thing: Thing) => Promise<unknown>
  /** What is fetched anew when it was done. */
  readonly changes: readonly QueryKey[]
  /** When it was done, before the dialog goes away; not when that was closed meanwhile. */
  readonly onDone?: (() => void) | undefined
  readonly onClose: () => void
}

/** What a dialog asks of one thing out of many, and does when that is confirmed. */
export function useConfirmed<Thing>(confirmed: Confirmed<Thing>) {
  const { thing, change, changes, onDone, onClose } = confirmed
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: change,
    // Nobody waits for it: a dialog that has done its work is closed before the lists have come.
    onSuccess() {
      for (const queryKey of changes) void queryClient.invalidateQueries({ queryKey })
    },
  })
  // Told only while it is asked still: another dialog may be open by then, or another page.
  const done = () => {
    onDone?.()
    onClose()
  }
  return {
    /** It stays while the dialog goes away. */
    shown: useLast(thing),
    dialog: {
      opened: thing !== undefined,
      isPending: mutation.isPending,
      error: mutation.error,
      onConfirm: () => thing !== undefined && mutation.mutate(thing, { onSuccess: done }),
      onClose() {
        mutation.reset()
        onClose()
      },
    },
  }
}
