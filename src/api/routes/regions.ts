import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { pageWire, parseOrder } from '../paging.ts'
import { RegionList, RegionListQuery } from '../schemas/regions.ts'
import { regionWire } from '../serialize.ts'

export const regionRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const operation = {
      operationId: 'RegionHandler.get',
      summary: 'List regions',
      tags: ['regions'],
    }
    app.get(
      '/v1/regions',
      { schema: { ...reads(operation, RegionList), querystring: RegionListQuery } },
      async ({ query }) => {
        if (query.product !== undefined) return { count: 0, results: [] }
        const { limit, offset, display_name: displayName } = query
        const { field, descending } = parseOrder<'created_at' | 'display_name'>(query.order_by)
        const page = { limit, offset, orderBy: field, descending }
        const filter = displayName === undefined ? page : { ...page, displayName }
        return pageWire(await control.projects.regions(filter), (region) =>
          regionWire(region, query.show_volume_types),
        )
      },
    )
    done()
  }
