import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeliveryStateChoices } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'

/** There are at most 20 of a project. */
const LIST = { limit: 100 }
const REFRESH_MS = 5_000

export const webhooksQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['webhooks', projectId, 'list'],
    queryFn: () => api.webhooks.list(projectId, LIST),
  })

export const webhookQuery = (projectId: number, id: string) =>
  queryOptions({
    queryKey: ['webhooks', projectId, 'one', id],
    queryFn: () => api.webhooks.get(projectId, id),
    // A receiver that wants nothing any more disables it.
    refetchInterval: REFRESH_MS,
  })

export interface DeliveryListQuery {
  readonly limit: number
  readonly offset: number
  readonly state: DeliveryStateChoices | undefined
}

/** What waits is tried again by itself, so the log is looked at again while it is open. */
export const deliveriesQuery = (projectId: number, id: string, query: DeliveryListQuery) =>
  queryOptions({
    queryKey: ['webhooks', projectId, 'deliveries', id, query],
    queryFn: () => api.webhooks.deliveries(projectId, id, { ...query }),
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  })

/** A change of a webhook, after which everything of the project's webhooks is fetched anew. */
export function useWebhookChange<Variables, Result>(
  projectId: number,
  change: (variables: Variables) => Promise<Result>,
) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    // Not waited for: a dialog that has done its work is closed first.
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['webhooks', projectId] }),
  })
}
