import { queryOptions } from '@tanstack/react-query'
import { api } from './api.ts'

/** The projects and regions that there are to choose from. */
export const scopesQuery = queryOptions({
  queryKey: ['scopes'],
  queryFn: async () => {
    const [projects, regions] = await Promise.all([
      // A first visit opens the first, which is the one that the server began with.
      api.projects.list({ order_by: 'created_at.asc' }),
      api.regions.list(),
    ])
    return { projects: projects.results, regions: regions.results }
  },
  staleTime: 60_000,
})
