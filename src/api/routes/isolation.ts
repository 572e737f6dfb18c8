import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { IsolationAnswer } from '../schemas/catalog.ts'

export const isolationRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const operation = {
      operationId: 'IsolationHandler.get',
      summary: 'How functions and builds are kept apart on this machine',
      tags: ['catalog'],
    }
    app.get('/v1/isolation', { schema: reads(operation, IsolationAnswer) }, async () => {
      const { level, guarantees, enforcement } = control.isolation()
      return {
        level,
        memory_enforced_by: enforcement.memory,
        cpu_enforced_by: enforcement.cpu,
        guarantees: guarantees.map((guarantee) => ({ ...guarantee })),
      }
    })
    done()
  }
