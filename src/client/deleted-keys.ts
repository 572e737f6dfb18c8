import type { Scope } from '../domain/names.ts'
import { type Send, segments } from './http.ts'
import type {
  DeletedKeyListSerializer,
  FaasApiKeySerializer,
  KeySettingsPatchSerializer,
  KeySettingsSerializer,
  RestoreKeySerializer,
} from './types.ts'

export interface DeletedKeyListQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly search?: string | undefined
}

export function deletedKeyCalls(send: Send) {
  const path = (scope: Scope, ...rest: string[]) =>
    segments('faas', 'deleted_keys', scope.projectId, scope.regionId, ...rest)
  return {
    /** Newest deletion first. */
    list: (scope: Scope, query: DeletedKeyListQuery = {}) =>
      send<DeletedKeyListSerializer>('GET', path(scope), { query: { ...query } }),
    restore: (scope: Scope, id: string, body: Partial<RestoreKeySerializer> = {}) =>
      send<FaasApiKeySerializer>('POST', path(scope, id, 'restore'), { body }),
    /** For good. */
    purge: (scope: Scope, id: string) => send<undefined>('DELETE', path(scope, id)),
  }
}

/** What a project asks of its keys. */
export function keySettingsCalls(send: Send) {
  const path = (projectId: number) => segments('faas', 'key_settings', projectId)
  return {
    get: (projectId: number) => send<KeySettingsSerializer>('GET', path(projectId)),
    /** Absent members stay as they are. */
    update: (projectId: number, body: Partial<KeySettingsPatchSerializer>) =>
      send<KeySettingsSerializer>('PATCH', path(projectId), { body }),
  }
}
