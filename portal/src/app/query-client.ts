import { notifyManager, QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../src/client/errors.ts'

const TRIES_MAX = 3

// A second click that a busy browser has in store comes before its timers: by then the button must know of the first.
notifyManager.setScheduler(queueMicrotask)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; a server that is being restarted answers in a moment.
      retry: (count, error) =>
        !(error instanceof ApiError && error.status < 500) && count < TRIES_MAX,
    },
    // What a change was given, passwords among it, is forgotten with the form that made it.
    mutations: { retry: false, gcTime: 0 },
  },
})
