import type { NewToken } from '../../control/operators.ts'
import { formatToken, type Token } from '../../domain/token.ts'
import { requirePrincipal } from '../auth.ts'
import type { Routes } from '../deps.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { parseInstant } from '../instant.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { rolesOf, tokenWire } from '../operator-wire.ts'
import { ref } from '../schemas/helpers.ts'
import {
  CreatedToken,
  type CreatedTokenWire,
  CreateToken,
  type CreateTokenBody,
  TokenList,
  TokenParams,
} from '../schemas/tokens.ts'

const TOKENS = '/v1/tokens'
const tags = ['tokens']

/** Not in the contract: operators' own tokens. */
export const tokenRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = { operationId: 'TokensHandler.get', summary: 'List operator tokens', tags }
    app.get(TOKENS, { schema: reads(list, TokenList) }, async (request) => {
      const tokens = await control.tokens.list(requirePrincipal(request))
      return { count: tokens.length, results: tokens.map(tokenWire) }
    })

    const create = { operationId: 'TokensHandler.post', summary: 'Create an operator token', tags }
    app.post(
      TOKENS,
      { schema: { ...changes(create, CreatedToken, 201), body: ref(CreateToken) } },
      async (request, reply) => {
        const repeated = ({ token }: { token: Token }) => ({
          status: 201,
          body: { ...tokenWire(token), token: '', secret_notice: SECRET_NOTICE },
        })
        const { token, secret } = await idempotency.change(request, repeated, (context) =>
          control.tokens.create(context, requirePrincipal(request), newTokenOf(request.body)),
        )
        const created: CreatedTokenWire = {
          ...tokenWire(token),
          token: formatToken({ id: token.id, secret }),
        }
        return reply.code(201).send(created)
      },
    )

    const remove = { operationId: 'TokenHandler.delete', summary: 'Delete an operator token', tags }
    app.delete(
      `${TOKENS}/:token_id`,
      { schema: { ...changesSilently(remove), params: TokenParams } },
      async (request, reply) => {
        const repeated = () => ({ status: 204, body: null })
        await idempotency.change(request, repeated, (context) =>
          control.tokens.delete(context, requirePrincipal(request), request.params.token_id),
        )
        return reply.code(204).send()
      },
    )
    done()
  }

function newTokenOf({ name, description, roles, expire }: CreateTokenBody): NewToken {
  return {
    name,
    description: description ?? '',
    ...(roles ? { roles: rolesOf(roles) } : {}),
    // The schema has let only valid times through.
    ...(typeof expire === 'string' ? { expireMs: parseInstant(expire)! } : {}),
  }
}
