import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useChangeKey } from '../app/change-key.ts'

export interface MadeOnce<Body, Made> {
  /** Answers what has the secret, or the secret alone. */
  readonly make: (body: Body, options: { readonly idempotencyKey: string }) => Promise<Made>
  readonly onMade: (made: Made) => void
  /** What is fetched anew then, unless `onMade` sees to it. */
  readonly changes?: readonly QueryKey[]
}

/** Makes what has a secret: once, though the same be sent again after its answer was lost. */
export function useMadeOnce<Body, Made>({ make, onMade, changes = [] }: MadeOnce<Body, Made>) {
  const queryClient = useQueryClient()
  const changeKey = useChangeKey()
  return useMutation({
    async mutationFn(body: Body) {
      // What is returned here is kept by the query client: not the secret.
      onMade(await make(body, { idempotencyKey: changeKey.keyFor(body) }))
    },
    onSettled: (_data, error) => changeKey.ended(error ?? undefined),
    // Nobody waits for it: the secret is there.
    onSuccess() {
      for (const queryKey of changes) void queryClient.invalidateQueries({ queryKey })
    },
  })
}
