import { PublicError } from '../domain/errors.ts'
import { maySeeUser, type Principal } from '../domain/principal.ts'
import { type Role, roleOn } from '../domain/role.ts'
import type { Member, User } from '../domain/user.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Db } from '../store/dialect.ts'
import { listMembers, removeRole, setRole } from '../store/members.ts'
import { findUser, findUserByEmail } from '../store/users.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import type { MemberUseCases } from './operators.ts'
import { requireProject } from './scope.ts'

export function memberUseCases(deps: ControlDeps): MemberUseCases {
  const { db } = deps.store
  return {
    async list(projectId) {
      await requireProject(db, projectId)
      return await listMembers(db, projectId)
    },

    async set(context, by, projectId, who, role) {
      const { value } = await commit(deps, context, (handle) =>
        setMember(handle, by, projectId, who, role),
      )
      return value
    },

    async remove(context, by, projectId, who) {
      await commit(deps, context, (handle) => removeMember(handle, by, projectId, who))
    },
  }
}

async function setMember(
  { trx, nowMs, audit }: ChangeHandle,
  by: Principal,
  projectId: number,
  who: string,
  role: Role,
): Promise<Member> {
  await requireProject(trx, projectId)
  const user = await userNamed(trx, by, projectId, who)
  const before = ownRole(user, projectId)
  await setRole(trx, user.id, projectId, role, nowMs)
  audit({
    action: 'member.set',
    entityId: String(user.id),
    entityName: user.email,
    scope: { projectId },
    ...(before === undefined ? {} : { before: { role: before } }),
    after: { role },
  })
  const members = await listMembers(trx, projectId)
  return members.find(({ userId, isOnAll }) => userId === user.id && !isOnAll)!
}

async function removeMember(
  { trx, audit }: ChangeHandle,
  by: Principal,
  projectId: number,
  who: string,
): Promise<void> {
  await requireProject(trx, projectId)
  const user = await userNamed(trx, by, projectId, who)
  const before = ownRole(user, projectId)
  if (!(await removeRole(trx, user.id, projectId))) {
    throw new PublicError('not_found', `${user.email} has no role on project ${projectId} itself.`)
  }
  audit({
    action: 'member.removed',
    entityId: String(user.id),
    entityName: user.email,
    scope: { projectId },
    before: { role: before },
  })
}

/** On this very project: one on all projects is set elsewhere. */
function ownRole({ roles }: User, projectId: number): Role | undefined {
  return roleOn(
    roles.filter((one) => one.projectId !== null),
    projectId,
  )
}

/** Numbers can be counted through: one says nothing of somebody whom the principal may not see. */
async function userNamed(db: Db, by: Principal, projectId: number, who: string): Promise<User> {
  const isNumber = /^\d+$/.test(who)
  const found = isNumber ? await findUser(db, Number(who)) : await findUserByEmail(db, who)
  if (found === undefined || (isNumber && !maySeeUser(by, found.user, projectId))) {
    throw new PublicError('not_found', `There is no user ${who}.`)
  }
  return found.user
}
