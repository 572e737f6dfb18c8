import type { Key } from '../../domain/key.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { emptyBody } from '../empty-body.ts'
import { msOf } from '../instant.ts'
import { deletedKeyWire, keyWire } from '../key-wire.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { present } from '../present.ts'
import { tellPropagation } from '../propagation.ts'
import { ScopeParams } from '../schemas/common.ts'
import {
  DeletedKeyList,
  DeletedKeyListQuery,
  DeletedKeyParams,
  RestoreKey,
  type RestoreKeyBody,
} from '../schemas/deleted-keys.ts'
import { ref } from '../schemas/helpers.ts'
import { ApiKey } from '../schemas/keys.ts'

const DELETED = '/v1/faas/deleted_keys/:project_id/:region_id'
const ONE = `${DELETED}/:key_id`
const tags = ['keys']

export const deletedKeyRoutes: Routes =
  ({ control, clock, idempotency }) =>
  (app, _options, done) => {
    const list = { operationId: 'DeletedKeysHandler.get', summary: 'List deleted keys', tags }
    app.get(
      DELETED,
      {
        schema: {
          ...reads(list, DeletedKeyList),
          params: ScopeParams,
          querystring: DeletedKeyListQuery,
        },
      },
      async ({ params, query: { limit, offset, search } }) => {
        const filter = { limit, offset, ...(search === undefined ? {} : { search }) }
        return pageWire(await control.deletedKeys.list(scopeOf(params), filter), deletedKeyWire)
      },
    )

    const restore = {
      operationId: 'DeletedKeyRestoreHandler.post',
      summary: 'Bring a deleted key back',
      tags,
    }
    app.post(
      `${ONE}/restore`,
      {
        schema: {
          ...changes(restore, ApiKey, 200, ['key_leaked']),
          params: DeletedKeyParams,
          body: ref(RestoreKey),
        },
        preValidation: emptyBody,
      },
      async (request, reply) => {
        const { params, body } = request
        const wire = (key: Key) => keyWire(key, clock.now())
        const repeated = (key: Key) => ({ status: 200, body: wire(key) })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.deletedKeys.restore(context, scopeOf(params), params.key_id, inputOf(body)),
        )
        tellPropagation(reply, propagation)
        return wire(value)
      },
    )

    const purge = {
      operationId: 'DeletedKeyHandler.delete',
      summary: 'Forget a deleted key for good',
      tags,
    }
    app.delete(
      ONE,
      { schema: { ...changesSilently(purge), params: DeletedKeyParams } },
      async (request, reply) => {
        const { params } = request
        const repeated = () => ({ status: 204, body: null })
        await idempotency.change(request, repeated, (context) =>
          control.deletedKeys.purge(context, scopeOf(params), params.key_id),
        )
        return reply.code(204).send()
      },
    )
    done()
  }

function inputOf({ name, expire }: RestoreKeyBody) {
  return { ...present({ name }), ...(expire === undefined ? {} : { expireMs: msOf(expire) }) }
}
