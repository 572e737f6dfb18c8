import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useLast } from './use-last.ts'

export interface Confirmed<Thing> {
  /** Undefined while nothing is asked. */
  readonly thing: Thing | undefined
  readonly change: (thing: Thing) => Promise<unknown>
  /** What is fetched anew when it was done. */
  readonly changes: readonly QueryKey[]
  /** When it was done, before the dialog goes away. */
  readonly onDone?: (() => void) | undefined
  readonly onClose: () => void
}

/** What a dialog asks of one thing out of many, and does when that is confirmed. */
export function useConfirmed<Thing>(confirmed: Confirmed<Thing>) {
  const { thing, change, changes, onDone, onClose } = confirmed
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: change,
    async onSuccess() {
      onDone?.()
      onClose()
      // Not before it is closed: a dialog that has done its work does not wait for lists.
      await Promise.all(changes.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
    },
  })
  return {
    /** It stays while the dialog goes away. */
    shown: useLast(thing),
    dialog: {
      opened: thing !== undefined,
      isPending: mutation.isPending,
      error: mutation.error,
      onConfirm: () => thing !== undefined && mutation.mutate(thing),
      onClose() {
        mutation.reset()
        onClose()
      },
    },
  }
}
