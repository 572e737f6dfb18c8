import type { NewUser, UserPatch } from '../../control/operators.ts'
import type { User } from '../../domain/user.ts'
import type { Routes } from '../deps.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { userWire } from '../operator-wire.ts'
import { pageWire } from '../paging.ts'
import { ref } from '../schemas/helpers.ts'
import {
  ChangeUser,
  type ChangeUserBody,
  CreateUser,
  type CreateUserBody,
  UserAnswer,
  UserList,
  UserListQuery,
  UserParams,
} from '../schemas/users.ts'

const USERS = '/v1/users'
const USER = `${USERS}/:user_id`
const tags = ['operators']

/** People who work with this server. Not in the contract. */
export const userRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = { operationId: 'UsersHandler.get', summary: 'List users', tags }
    app.get(
      USERS,
      { schema: { ...reads(list, UserList), querystring: UserListQuery } },
      async ({ query }) => pageWire(await control.users.list(query), userWire),
    )

    const create = { operationId: 'UsersHandler.post', summary: 'Create a user', tags }
    app.post(
      USERS,
      {
        schema: {
          ...changes(create, UserAnswer, 201, ['too_many_log_ins']),
          body: ref(CreateUser),
        },
      },
      async (request, reply) => {
        const repeated = (user: User) => ({ status: 201, body: userWire(user) })
        const user = await idempotency.change(request, repeated, (context) =>
          control.users.create(context, newUserOf(request.body)),
        )
        return reply.code(201).send(userWire(user))
      },
    )

    const get = { operationId: 'UserHandler.get', summary: 'Read a user', tags }
    app.get(
      USER,
      { schema: { ...reads(get, UserAnswer), params: UserParams } },
      async ({ params }) => userWire(await control.users.get(params.user_id)),
    )

    const patch = { operationId: 'UserHandler.patch', summary: 'Change a user', tags }
    app.patch(
      USER,
      {
        schema: {
          ...changes(patch, UserAnswer, 200, ['too_many_log_ins']),
          params: UserParams,
          body: ref(ChangeUser),
        },
      },
      async (request) => {
        const repeated = (user: User) => ({ status: 200, body: userWire(user) })
        const user = await idempotency.change(request, repeated, (context) =>
          control.users.update(context, request.params.user_id, patchOf(request.body)),
        )
        return userWire(user)
      },
    )

    const remove = { operationId: 'UserHandler.delete', summary: 'Delete a user', tags }
    app.delete(
      USER,
      { schema: { ...changesSilently(remove), params: UserParams } },
      async (request, reply) => {
        await idempotency.change(
          request,
          () => ({ status: 204, body: null }),
          (context) => control.users.delete(context, request.params.user_id),
        )
        return reply.code(204).send()
      },
    )
    done()
  }

function newUserOf({ email, name, password, role }: CreateUserBody): NewUser {
  return { email, name: name ?? '', password, role: role ?? null }
}

function patchOf({ email, name, disabled, password, role }: ChangeUserBody): UserPatch {
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(disabled === undefined ? {} : { isDisabled: disabled }),
    ...(password === undefined ? {} : { password }),
    ...(role === undefined ? {} : { role }),
  }
}
