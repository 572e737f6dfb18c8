import { FLAVORS } from '../../domain/flavor.ts'
import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { FlavorList, FlavorQuery } from '../schemas/catalog.ts'
import { ScopeParams } from '../schemas/common.ts'
import { flavorWire } from '../serialize.ts'

export const flavorRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const operation = {
      operationId: 'FaaSFlavorsHandler.get',
      summary: 'List the flavors on offer, smallest first',
      tags: ['catalog'],
    }
    app.get(
      '/v1/faas/flavors/:project_id/:region_id',
      {
        schema: { ...reads(operation, FlavorList), params: ScopeParams, querystring: FlavorQuery },
      },
      async ({ query }) => {
        const wanted = query.name ?? null
        const found = FLAVORS.filter(({ name }) => wanted === null || name === wanted)
        return {
          count: found.length,
          results: found.map((flavor) => flavorWire(flavor, control.isolation().enforcement)),
        }
      },
    )
    done()
  }
