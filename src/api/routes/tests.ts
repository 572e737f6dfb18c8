import { actorOf } from '../auth.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { marks } from '../operation.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { ref } from '../schemas/helpers.ts'
import { TestAnswerSchema, TestFunction } from '../schemas/tests.ts'
import { testInputOf, testWire } from '../test-wire.ts'
import { functionNameOf } from './functions.ts'

const TEST =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/test'

/** Trying a function. */
export const testRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const underWay = new Set<AbortController>()
    app.addHook('preClose', async () => {
      for (const controller of underWay) controller.abort()
    })
    const operation = {
      operationId: 'FunctionTestHandler.post',
      summary: 'Call a function as a key, or as nobody, through the gateway',
      tags: ['functions'],
    }
    app.post(
      TEST,
      {
        schema: {
          ...marks(operation, TestAnswerSchema, ['too_many_tests', 'no_data_node']),
          params: FunctionParams,
          body: ref(TestFunction),
        },
      },
      async (request, reply) => {
        const { params, body } = request
        const left = new AbortController()
        underWay.add(left)
        // Also when all was sent, which nobody minds any more.
        reply.raw.once('close', () => left.abort())
        try {
          const view = await control.tests.run(
            { actor: actorOf(request) },
            scopeOf(params),
            functionNameOf(params),
            testInputOf(body),
            left.signal,
          )
          return testWire(view)
        } finally {
          underWay.delete(left)
        }
      },
    )
    done()
  }
