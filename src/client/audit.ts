import type { Download, Send } from './http.ts'
import type {
  AuditListSerializer,
  AuditOrderChoices,
  AuditVerificationSerializer,
  UserActionListSerializer,
} from './types.ts'

/** What is absent filters nothing. */
export interface AuditFilters {
  readonly project_id?: readonly number[] | undefined
  /** What the action begins with. */
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly token_id?: number | undefined
  readonly user_id?: number | undefined
  readonly entity_id?: readonly string[] | undefined
  readonly entity_name?: string | undefined
  readonly request_id?: string | undefined
  readonly address?: readonly string[] | undefined
  readonly revision?: number | undefined
  /** RFC 3339. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly after_sequence?: number | undefined
  readonly before_sequence?: number | undefined
}

export interface AuditListQuery extends AuditFilters {
  readonly order_by?: AuditOrderChoices | undefined
  readonly limit?: number | undefined
}

export interface AuditVerifyQuery {
  readonly after_sequence?: number | undefined
  readonly limit?: number | undefined
  /** `<sequence>:<hash>`. */
  readonly head?: string | undefined
}

export interface UserActionQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly order_by?: 'asc' | 'desc' | undefined
  readonly project_id?: readonly number[] | undefined
  readonly search_field?: string | undefined
}

export function auditCalls(send: Send, download: Download) {
  return {
    list: (query: AuditListQuery = {}) =>
      send<AuditListSerializer>('GET', '/audit', { query: { ...query } }),
    /** JSON lines, oldest first; throws when they break off. */
    export: (query: AuditFilters = {}) => download('/audit/export', { query: { ...query } }),
    verify: (query: AuditVerifyQuery = {}) =>
      send<AuditVerificationSerializer>('GET', '/audit/verify', { query: { ...query } }),
    /** The same in the shape of the provider's log. */
    userActions: (query: UserActionQuery = {}) =>
      send<UserActionListSerializer>('GET', '/user_actions', { query: { ...query } }),
  }
}
