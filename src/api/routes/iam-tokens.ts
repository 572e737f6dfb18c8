import type { FastifyRequest } from 'fastify'
import type { NewToken } from '../../control/operators.ts'
import { PublicError } from '../../domain/errors.ts'
import { groupOf, roleOfGroup, rolesWherever } from '../../domain/iam-groups.ts'
import type { Principal } from '../../domain/principal.ts'
import { formatToken, isExpired, type Token } from '../../domain/token.ts'
import type { User } from '../../domain/user.ts'
import { requirePrincipal } from '../auth.ts'
import type { RouteDeps, Routes } from '../deps.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { parseInstant } from '../instant.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { rolesWire } from '../operator-wire.ts'
import { ref } from '../schemas/helpers.ts'
import {
  CreatedIamToken,
  CreateIamToken,
  type CreateIamTokenBody,
  IamClientParams,
  IamToken,
  IamTokenList,
  IamTokenParams,
  IamTokenQuery,
  type IamTokenWire,
} from '../schemas/iam-tokens.ts'
import { CLIENT_ID } from '../serialize.ts'

const tags = ['tokens']
/** The two versions differ in what separates id and secret in a new token. */
const VERSIONS = [
  { prefix: '/clients', name: 'Iam', separator: '$' },
  { prefix: '/v2/clients', name: 'IamV2', separator: '_' },
] as const

/** The same tokens in the shapes of Gcore's IAM API. */
export const iamTokenRoutes: Routes = (deps) => (app, _options, done) => {
  for (const version of VERSIONS) app.register(tokensOf(version)(deps))
  done()
}

function tokensOf({ prefix, name, separator }: (typeof VERSIONS)[number]): Routes {
  const tokens = `${prefix}/:client_id/tokens`
  return (deps) => (app, _options, done) => {
    const { control, idempotency } = deps
    const list = {
      operationId: `${name}TokensHandler.get`,
      summary: `List API tokens (${prefix})`,
      tags,
    }
    app.get(
      tokens,
      {
        schema: {
          ...reads(list, IamTokenList),
          params: IamClientParams,
          querystring: IamTokenQuery,
        },
      },
      async (request) => {
        requireClient(request.params)
        const { role, issued_by: issuedBy, not_issued_by: notIssuedBy } = request.query
        const all = await control.tokens.list(requirePrincipal(request))
        const wanted = all.filter(
          (token) =>
            (role === undefined || isInGroup(token, role)) &&
            (issuedBy === undefined || token.userId === issuedBy) &&
            (notIssuedBy === undefined || token.userId !== notIssuedBy),
        )
        return await Promise.all(wanted.map((token) => iamTokenWire(deps, token)))
      },
    )

    const create = {
      operationId: `${name}TokensHandler.post`,
      summary: `Create an API token (${prefix})`,
      tags,
    }
    app.post(
      tokens,
      {
        schema: {
          ...changes(create, CreatedIamToken),
          params: IamClientParams,
          body: ref(CreateIamToken),
        },
      },
      async (request) => {
        requireClient(request.params)
        const by = requirePrincipal(request)
        const input = newTokenOf(by, request.body)
        const user = await ownerOf(deps, by.userId)
        const wire = (token: Token) => wireOf(token, user, deps.clock.now())
        const repeated = ({ token }: { token: Token }) => ({
          status: 200,
          body: { ...wire(token), token: '', secret_notice: SECRET_NOTICE },
        })
        const { token, secret } = await idempotency
          .change(request, repeated, (context) => control.tokens.create(context, by, input))
          .catch(inFieldsOfIam)
        return { ...wire(token), token: formatToken({ id: token.id, secret }, separator) }
      },
    )

    const get = {
      operationId: `${name}TokenHandler.get`,
      summary: `Read an API token (${prefix})`,
      tags,
    }
    app.get(
      `${tokens}/:token_id`,
      { schema: { ...reads(get, IamToken), params: IamTokenParams } },
      async (request) => {
        requireClient(request.params)
        const by = requirePrincipal(request)
        return await iamTokenWire(deps, await control.tokens.get(by, request.params.token_id))
      },
    )

    const remove = {
      operationId: `${name}TokenHandler.delete`,
      summary: `Delete an API token (${prefix})`,
      tags,
    }
    app.delete(
      `${tokens}/:token_id`,
      { schema: { ...changesSilently(remove), params: IamTokenParams } },
      async (request, reply) => {
        requireClient(request.params)
        await deleteToken(deps, request, request.params.token_id)
        return reply.code(204).send()
      },
    )
    done()
  }
}

async function deleteToken(
  { control, idempotency }: RouteDeps,
  request: FastifyRequest,
  id: number,
): Promise<void> {
  await idempotency.change(
    request,
    () => ({ status: 204, body: null }),
    (context) => control.tokens.delete(context, requirePrincipal(request), id),
  )
}

/** There is one account here. */
function requireClient({ client_id: id }: { client_id: number }): void {
  if (id !== CLIENT_ID) throw new PublicError('not_found', `There is no client ${id}.`)
}

function newTokenOf(by: Principal, body: CreateIamTokenBody): NewToken {
  const { name, description, exp_date: expire, client_user: clientUser } = body
  const group = clientUser?.role ?? undefined
  const isNamed = group?.id !== undefined || group?.name !== undefined
  const role = isNamed ? roleOfGroup(group) : undefined
  if (isNamed && role === undefined) {
    const message = 'must be 1 Administrators, 2 Users or 5 Engineers'
    throw new PublicError('invalid_body', `client_user.role ${message}.`, [
      { field: 'client_user.role', message },
    ])
  }
  return {
    name,
    description: description ?? '',
    ...(role === undefined ? {} : { roles: rolesWherever(by.roles, role) }),
    ...(typeof expire === 'string' ? { expireMs: parseInstant(expire)! } : {}),
  }
}

/** A refusal names the field as it is called here. */
function inFieldsOfIam(error: unknown): never {
  if (!(error instanceof PublicError)) throw error
  const fields = error.fields.map(({ field, message }) => ({
    field: field === 'expire' ? 'exp_date' : field,
    message,
  }))
  throw new PublicError(error.code, error.message, fields, error.retryAfterSeconds)
}

function isInGroup({ roles }: Token, wanted: string): boolean {
  const { id, name } = groupOf(roles)
  return String(id) === wanted || name === wanted
}

async function iamTokenWire(deps: RouteDeps, token: Token): Promise<IamTokenWire> {
  return wireOf(token, await ownerOf(deps, token.userId), deps.clock.now())
}

async function ownerOf({ control }: RouteDeps, userId: number | null): Promise<User | undefined> {
  return userId === null ? undefined : await control.users.get(userId)
}

function wireOf(token: Token, user: User | undefined, nowMs: number): IamTokenWire {
  return {
    id: token.id,
    name: token.name,
    description: token.description,
    exp_date: token.expireMs === null ? null : iamTime(token.expireMs),
    expired: isExpired(token, nowMs),
    deleted: false,
    created: iamTime(token.createdAtMs),
    last_usage: token.lastUsedAtMs === null ? null : iamTime(token.lastUsedAtMs),
    client_user: {
      role: { ...groupOf(token.roles) },
      deleted: false,
      user_id: user?.id ?? 0,
      user_name: user === undefined ? token.issuedBy : user.name || user.email,
      user_email: user?.email ?? '',
      client_id: CLIENT_ID,
    },
    roles: rolesWire(token.roles),
  }
}

/** `2021-01-01T12:00:00.000000Z`. */
function iamTime(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, '000Z')
}
