import { notifications } from '@mantine/notifications'
import {
  hashKey,
  type QueryKey,
  useMutation,
  useMutationState,
  useQueryClient,
} from '@tanstack/react-query'
import { messageOf } from '../ui/states.tsx'

export interface Optimistic<Change> {
  /** Of these changes, and of what is fetched anew when one was made. */
  readonly key: QueryKey
  readonly send: (change: Change) => Promise<unknown>
  /** What is said when one was not: `It is not marked as read`. */
  readonly failed: string
  /** One is sent when the one before is answered, so that the last is what stays. */
  readonly isInOrder?: boolean
}

/**
 * Sends changes that are shown before the server has answered: with `usePending` over what was fetched.
 * One that is refused is shown no more, and that is said.
 *
 * Only for what another click undoes and nobody waits for, such as marks, and whether a trigger runs. Never for
 * a secret; never for what takes a right away or gives one (keys, tokens, sessions, roles, members), which must be
 * in force when it is shown; never for what a rule or somebody else's change may refuse (names, settings that are
 * saved with a tag): who has seen it done leaves the page.
 */
export function useOptimistic<Change>(optimistic: Optimistic<Change>) {
  const { key, send, failed, isInOrder = false } = optimistic
  const queryClient = useQueryClient()
  const refetch = () => queryClient.invalidateQueries({ queryKey: key })
  return useMutation({
    mutationKey: key,
    mutationFn: send,
    ...(isInOrder && { scope: { id: hashKey(key) } }),
    onSuccess() {
      notifications.hide(failed)
      // It stays pending until what is fetched has it: nothing goes back in between.
      return refetch()
    },
    onError(error) {
      notifications.show({
        id: failed,
        title: failed,
        message: messageOf(error),
        color: 'red',
        autoClose: false,
      })
      void refetch()
    },
  })
}

/**
 * The changes that the server has not answered yet, in their order. To be laid over what was fetched each
 * time it is drawn, so that an answer from before them takes nothing back; those that it has already must
 * change nothing then.
 */
export function usePending<Change>(key: QueryKey): readonly Change[] {
  return useMutationState({
    filters: { mutationKey: key, status: 'pending' },
    select: ({ state }) => state.variables as Change,
  })
}
