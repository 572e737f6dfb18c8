import { type Send, segments } from './http.ts'
import type {
  ChangeUserSerializer,
  CreateUserSerializer,
  MemberListSerializer,
  MemberSerializer,
  RoleChoices,
  UserListSerializer,
  UserSerializer,
} from './types.ts'

export function userCalls(send: Send) {
  return {
    list: (query: { readonly limit?: number; readonly offset?: number } = {}) =>
      send<UserListSerializer>('GET', '/users', { query: { ...query } }),
    create: (body: CreateUserSerializer) => send<UserSerializer>('POST', '/users', { body }),
    get: (id: number) => send<UserSerializer>('GET', `/users${segments(id)}`),
    update: (id: number, body: ChangeUserSerializer) =>
      send<UserSerializer>('PATCH', `/users${segments(id)}`, { body }),
    delete: (id: number) => send<undefined>('DELETE', `/users${segments(id)}`),
  }
}

/** Members are named by the number of the user or by the e-mail address. */
export function memberCalls(send: Send) {
  const path = (projectId: number, ...member: readonly string[]) =>
    `/projects${segments(projectId)}/members${segments(...member)}`
  return {
    list: (projectId: number) => send<MemberListSerializer>('GET', path(projectId)),
    set: (projectId: number, member: string, role: RoleChoices) =>
      send<MemberSerializer>('PUT', path(projectId, member), { body: { role } }),
    remove: (projectId: number, member: string) =>
      send<undefined>('DELETE', path(projectId, member)),
  }
}
