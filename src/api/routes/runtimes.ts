import type { RuntimeDetail } from '../../domain/runtime.ts'
import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { Runtimes } from '../schemas/catalog.ts'
import { ScopeParams } from '../schemas/common.ts'

export const runtimeRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const operation = {
      operationId: 'RuntimesHandler.get',
      summary: 'List the runtimes of this machine',
      tags: ['catalog'],
    }
    app.get(
      '/v1/faas/runtimes/:project_id/:region_id',
      { schema: { ...reads(operation, Runtimes), params: ScopeParams } },
      async () => ({
        runtimes: control.runtimes(),
        details: control.runtimeDetails().map(detailWire),
      }),
    )
    done()
  }

function detailWire({ name, family, isReady }: RuntimeDetail) {
  return { name, language: family, ready: isReady }
}
