import { auditedUser } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import { passwordFault, type User } from '../domain/user.ts'
import type { ChangeHandle } from '../store/change.ts'
import { refusedWhenFull } from '../store/full-disk.ts'
import { removeRole, setRole } from '../store/members.ts'
import { hasLastingOwner } from '../store/owners.ts'
import { deleteSessions } from '../store/sessions.ts'
import { listTokensOfUser } from '../store/tokens.ts'
import {
  deleteUser,
  findUser,
  insertUser,
  listUsers,
  nextUserId,
  updateUser,
} from '../store/users.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import type { LogInLimits } from './log-in-limits.ts'
import type { NewUser, UserPatch, UserUseCases } from './operators.ts'
import type { Passwords } from './passwords.ts'
import { dropToken } from './tokens.ts'

export interface UserDeps extends ControlDeps {
  readonly passwords: Passwords
  readonly limits: LogInLimits
}

export function userUseCases(deps: UserDeps): UserUseCases {
  const { db } = deps.store
  const { passwords, limits } = deps
  return {
    list: (query) => listUsers(db, query),

    async get(id) {
      return there(id, (await findUser(db, id))?.user)
    },

    async create(context, input) {
      requireGoodPassword(input.password, input.email)
      const hashed = await passwords.hash(input.password)
      const { value } = await commit(deps, context, (handle) => makeUser(handle, input, hashed))
      return value
    },

    async update(context, id, patch) {
      const before = there(id, (await findUser(db, id))?.user)
      const { password } = patch
      if (password !== undefined) requireGoodPassword(password, patch.email ?? before.email)
      const hashed = password === undefined ? undefined : await passwords.hash(password)
      const { value } = await commit(deps, context, (handle) =>
        patchUser(handle, id, patch, hashed),
      )
      return value
    },

    async delete(context, id) {
      await commit(deps, context, (handle) => removeUser(handle, id))
    },

    async changePassword(context, by, { before, after }) {
      const id = by.kind === 'user' ? by.id : 0
      const found = await findUser(db, id)
      if (found === undefined) {
        throw new PublicError('conflict', 'A token has no password: sign in as the person.')
      }
      const { user } = found
      // Before anything is counted: a new password that is too short is no guess at the present one.
      requireGoodPassword(after, user.email, 'new_password')
      const tries = await refusedWhenFull(() => limits.countTry([limits.ofPassword(user.id)]))
      if (!(await passwords.verify(before, found.password))) {
        throw new PublicError('forbidden', 'The present password is wrong.', [
          { field: 'old_password', message: 'is wrong' },
        ])
      }
      const hashed = await passwords.hash(after)
      await commit(deps, context, async ({ trx, nowMs, audit }) => {
        // Another password, or nobody any more: what was verified is of the past.
        if ((await findUser(trx, id))?.password !== found.password) throw passwordChanged()
        await limits.succeeded(trx, tries)
        await updateUser(trx, id, { password: hashed }, nowMs)
        await deleteSessions(trx, { kind: 'user', id }, by.sessionId)
        audit({ action: 'user.password-changed', entityId: String(id), entityName: user.email })
      })
    },
  }
}

async function makeUser(handle: ChangeHandle, input: NewUser, hashed: string): Promise<User> {
  const { trx, nowMs, audit } = handle
  const user: User = {
    id: await nextUserId(trx),
    email: input.email,
    name: input.name,
    isDisabled: false,
    roles: input.role === null ? [] : [{ projectId: null, role: input.role }],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    passwordChangedAtMs: nowMs,
    lastLogInAtMs: null,
  }
  if (!(await insertUser(trx, user, hashed))) throw emailTaken()
  if (input.role !== null) await setRole(trx, user.id, null, input.role, nowMs)
  audit({
    action: 'user.created',
    entityId: String(user.id),
    entityName: user.email,
    after: auditedUser(user),
  })
  return user
}

async function patchUser(
  handle: ChangeHandle,
  id: number,
  patch: UserPatch,
  hashed: string | undefined,
): Promise<User> {
  const { trx, nowMs, audit } = handle
  const before = there(id, (await findUser(trx, id))?.user)
  const { email, name, isDisabled, role } = patch
  const change = {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(isDisabled === undefined ? {} : { isDisabled }),
    ...(hashed === undefined ? {} : { password: hashed }),
  }
  if (!(await updateUser(trx, id, change, nowMs))) throw emailTaken()
  if (role === null) await removeRole(trx, id, null)
  else if (role !== undefined) await setRole(trx, id, null, role, nowMs)
  if (isDisabled === true || hashed !== undefined) await deleteSessions(trx, { kind: 'user', id })
  await requireOwner(handle)
  const after = there(id, (await findUser(trx, id))?.user)
  audit({
    action: 'user.updated',
    entityId: String(id),
    entityName: after.email,
    before: auditedUser(before),
    after: { ...auditedUser(after), ...(hashed === undefined ? {} : { password: 'new' }) },
  })
  return after
}

async function removeUser(handle: ChangeHandle, id: number): Promise<void> {
  const { trx, audit } = handle
  const user = there(id, (await findUser(trx, id))?.user)
  for (const token of await listTokensOfUser(trx, id)) await dropToken(handle, token)
  await deleteUser(trx, id)
  await requireOwner(handle)
  audit({
    action: 'user.deleted',
    entityId: String(id),
    entityName: user.email,
    before: auditedUser(user),
  })
}

/** Asked after the change, whose transaction then ends without it. */
async function requireOwner({ trx }: ChangeHandle): Promise<void> {
  if (await hasLastingOwner(trx)) return
  throw new PublicError(
    'conflict',
    'This is the last owner of all projects; make another one before you take this one away.',
  )
}

function requireGoodPassword(password: string, email: string, field = 'password'): void {
  const fault = passwordFault(password, email)
  if (fault === undefined) return
  throw new PublicError('invalid_body', `The password ${fault}.`, [{ field, message: fault }])
}

function passwordChanged(): PublicError {
  return new PublicError('conflict', 'The password was changed meanwhile; log in again.')
}

function there(id: number, user: User | undefined): User {
  if (user === undefined) throw new PublicError('not_found', `There is no user ${id}.`)
  return user
}

function emailTaken(): PublicError {
  return new PublicError('name_taken', 'There is already a user with this e-mail address.', [
    { field: 'email', message: 'is already in use' },
  ])
}
