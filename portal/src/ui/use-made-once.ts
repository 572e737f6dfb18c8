import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useChangeKey } from '../app/change-key.ts'

export interface MadeOnce<Body> {
  /** Answers the secret. */
  readonly make: (body: Body, options: { readonly idempotencyKey: string }) => Promise<string>
  readonly onMade: (secret: string) => void
  /** What is fetched anew then. */
  readonly changes: QueryKey
}

/** Makes what has a secret: once, though the same be sent again after its answer was lost. */
export function useMadeOnce<Body>({ make, onMade, changes }: MadeOnce<Body>) {
  const queryClient = useQueryClient()
  const changeKey = useChangeKey()
  return useMutation({
    async mutationFn(body: Body) {
      // What is returned here is kept by the query client: not the secret.
      onMade(await make(body, { idempotencyKey: changeKey.keyFor(body) }))
    },
    onSettled: (_data, error) => changeKey.ended(error ?? undefined),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: changes }),
  })
}
