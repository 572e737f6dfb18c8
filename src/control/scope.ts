import { PublicError } from '../domain/errors.ts'
import type { Key } from '../domain/key.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import type { Project } from '../domain/project.ts'
import type { RoleOn } from '../domain/role.ts'
import type { Db } from '../store/dialect.ts'
import { idByName } from '../store/ids-by-name.ts'
import { findKey } from '../store/keys.ts'
import { findProject, scopeExists } from '../store/projects.ts'

export async function requireScope(db: Db, scope: Scope): Promise<void> {
  const exists = await scopeExists(db, scope)
  if (!exists.project) {
    throw new PublicError('not_found', `There is no project ${scope.projectId}.`)
  }
  if (!exists.region) throw new PublicError('not_found', `There is no region ${scope.regionId}.`)
}

export async function requireProject(db: Db, projectId: number): Promise<Project> {
  const project = await findProject(db, projectId)
  if (project !== undefined) return project
  throw new PublicError('not_found', `There is no project ${projectId}.`)
}

/** That all projects exist that roles are on. */
export async function requireProjects(db: Db, roles: readonly RoleOn[]): Promise<void> {
  for (const { projectId } of roles) {
    if (projectId === null || (await findProject(db, projectId)) !== undefined) continue
    throw new PublicError('invalid_body', `There is no project ${projectId}.`, [
      { field: 'roles', message: `names the project ${projectId}, which does not exist` },
    ])
  }
}

export async function requireKey(db: Db, scope: Scope, name: string): Promise<Key> {
  const key = await findKey(db, scope, name)
  if (key === undefined) throw noKey(name)
  return key
}

/** That no key has this name. */
export async function requireFreeName(db: Db, scope: Scope, name: string): Promise<void> {
  if ((await idByName(db, 'keys', scope, name)) !== undefined) throw nameTaken('key', name)
}

export function noNamespace(name: string): PublicError {
  return new PublicError('not_found', `There is no namespace named ${name}.`)
}

export function noFunction(name: FunctionName): PublicError {
  return new PublicError('not_found', `There is no function named ${formatFunctionName(name)}.`)
}

export function noKey(name: string): PublicError {
  return new PublicError('not_found', `There is no key named ${name}.`)
}

export function nameTaken(
  kind: 'namespace' | 'function' | 'key' | 'project' | 'token' | 'trigger',
  name: string,
) {
  return new PublicError('name_taken', `There is already a ${kind} named ${name}.`, [
    { field: 'name', message: 'is already in use' },
  ])
}
