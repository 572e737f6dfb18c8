import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChangeContext, Changed } from '../../control/requests.ts'
import type { Key } from '../../domain/key.ts'
import { GRACE_SECONDS, type RotationAsk } from '../../domain/key-rotation.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { emptyBody } from '../empty-body.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { parseInstant } from '../instant.ts'
import { keyWire } from '../key-wire.ts'
import { changes, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { tellPropagation } from '../propagation.ts'
import { ref } from '../schemas/helpers.ts'
import {
  CancelRotation,
  KeyAddressList,
  KeyAddressQuery,
  RotateApiKey,
  type RotateApiKeyBody,
} from '../schemas/key-rotation.ts'
import { ApiKey, CreatedApiKey, type CreatedApiKeyWire, KeyParams } from '../schemas/keys.ts'

const KEY = '/v1/faas/keys/:project_id/:region_id/:key_name'
const tags = ['keys']

export const keyRotationRoutes: Routes =
  ({ control, clock, idempotency }) =>
  (app, _options, done) => {
    const wire = (key: Key) => keyWire(key, clock.now())

    const rotate = {
      operationId: 'FaaSAuthKeyRotateHandler.post',
      summary: 'Give a key a new secret; the old one works on for a while',
      tags,
    }
    app.post(
      `${KEY}/rotate`,
      {
        schema: {
          ...changes(rotate, CreatedApiKey, 200, ['rotation_under_way']),
          params: KeyParams,
          body: ref(RotateApiKey),
        },
        preValidation: emptyBody,
      },
      async (request, reply) => {
        const { body, params } = request
        const repeated = ({ key }: { key: Key }) => ({
          status: 200,
          body: { ...wire(key), secret: '', secret_notice: SECRET_NOTICE },
        })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.keyRotations.rotate(context, scopeOf(params), params.key_name, askOf(body)),
        )
        tellPropagation(reply, propagation)
        const rotated: CreatedApiKeyWire = { ...wire(value.key), secret: value.secret }
        return rotated
      },
    )

    const end = async (
      request: FastifyRequest,
      reply: FastifyReply,
      useCase: (context: ChangeContext) => Promise<Changed<Key>>,
    ) => {
      const repeated = (key: Key) => ({ status: 200, body: wire(key) })
      const { value, propagation } = await idempotency.change(request, repeated, useCase)
      tellPropagation(reply, propagation)
      return wire(value)
    }

    const cancel = {
      operationId: 'FaaSAuthKeyRotationCancelHandler.post',
      summary: 'Go back to the old secret; the new one ends now',
      tags,
    }
    app.post(
      `${KEY}/rotation/cancel`,
      {
        schema: {
          ...changes(cancel, ApiKey, 200, ['no_rotation', 'new_secret_used']),
          params: KeyParams,
          body: ref(CancelRotation),
        },
        preValidation: emptyBody,
      },
      (request, reply) => {
        const { params, body } = request
        return end(request, reply, (context) =>
          control.keyRotations.cancel(
            context,
            scopeOf(params),
            params.key_name,
            body.force ?? false,
          ),
        )
      },
    )

    const finish = {
      operationId: 'FaaSAuthKeyRotationFinishHandler.post',
      summary: 'End the old secret now',
      tags,
    }
    app.post(
      `${KEY}/rotation/finish`,
      { schema: { ...changes(finish, ApiKey, 200, ['no_rotation']), params: KeyParams } },
      (request, reply) => {
        const { params } = request
        return end(request, reply, (context) =>
          control.keyRotations.finish(context, scopeOf(params), params.key_name),
        )
      },
    )

    const addresses = {
      operationId: 'FaaSAuthKeyAddressesHandler.get',
      summary: 'List from where a key was used, newest first',
      tags,
    }
    app.get(
      `${KEY}/addresses`,
      {
        schema: {
          ...reads(addresses, KeyAddressList),
          params: KeyParams,
          querystring: KeyAddressQuery,
        },
      },
      async ({ params, query }) => {
        const page = await control.keyRotations.addresses(scopeOf(params), params.key_name, query)
        return pageWire(page, ({ address, firstSeenMs }) => ({
          address,
          first_seen: utcSeconds(firstSeenMs),
        }))
      },
    )
    done()
  }

/** Every member has a default, so no body is as good as an empty one. */
function askOf(body: RotateApiKeyBody): RotationAsk {
  const { grace_seconds: graceSeconds = GRACE_SECONDS, hard_end: hardEnd, replace } = body
  return {
    graceSeconds,
    // The schema has let only valid times through.
    hardEndMs: hardEnd === undefined || hardEnd === null ? null : (parseInstant(hardEnd) ?? null),
    replaces: replace ?? false,
  }
}
