import type { AuditAsk } from '../../control/audit-control.ts'
import type { AuditAction } from '../../domain/audit.ts'
import type { AuditLine } from '../../domain/audit-line.ts'
import { auditActionsOf, userActionWords } from '../../domain/user-actions.ts'
import { invariant } from '../../lib/assert.ts'
import { listedProjects } from '../access.ts'
import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import {
  UserActionList,
  UserActionListQuery,
  type UserActionQueryWire,
  type UserActionWire,
} from '../schemas/user-actions.ts'
import { CLIENT_ID } from '../serialize.ts'
import { narrowed, timesOf } from './audit.ts'

/** The audit in the shape of the provider's log. */
export const userActionRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'UserActionsHandler.get',
      summary: "List user actions, as the provider's log has them",
      tags: ['audit'],
    }
    app.get(
      '/v1/user_actions',
      { schema: { ...reads(list, UserActionList), querystring: UserActionListQuery } },
      async (request) => {
        const { query } = request
        const ask = narrowed(askOf(query), listedProjects(request, 'owner'))
        if (ask === undefined || query.user_agents !== undefined) return { count: 0, results: [] }
        const { limit, offset } = query
        const descending = (query.order_by ?? query.sorting ?? 'desc') === 'desc'
        const page = await control.audit.userActions({ ...ask, limit, offset, descending })
        return pageWire(page, ({ line, taskId }) => userActionWire(line, taskId))
      },
    )
    done()
  }

function askOf(query: UserActionQueryWire): AuditAsk {
  return {
    actions: auditActionsOf(query.action_type, query.api_group),
    projectIds: query.project_id,
    regionIds: query.region_id,
    entityIds: query.resource_id,
    entityName: query.search_field,
    addresses: query.source_user_ips,
    ...timesOf(query.from_timestamp, query.to_timestamp),
  }
}

function userActionWire(line: AuditLine, taskId: string | null): UserActionWire {
  const words = userActionWords(line.action as AuditAction)
  invariant(words !== null, 'only actions of users were asked for')
  return {
    id: String(line.sequence),
    acknowledged: false,
    action_data: {
      action: line.action,
      sequence: line.sequence,
      before: line.before,
      after: line.after,
    },
    action_type: words.type,
    api_group: words.group,
    client_id: CLIENT_ID,
    email: line.user_id === 0 ? null : line.actor,
    is_complete: true,
    issued_by_user_id: line.user_id === 0 ? null : line.user_id,
    project_id: line.project_id,
    region_id: line.region_id,
    request_id: line.request_id,
    resources: [
      {
        resource_id: line.entity_id,
        resource_type: words.resource,
        resource_body: line.after ?? line.before,
        search_field: line.entity_name,
      },
    ],
    source_user_ip: line.address === '' ? null : line.address,
    task_id: taskId,
    timestamp: `${line.at.slice(0, 19)}Z`,
    token_id: line.token_id === 0 ? null : line.token_id,
    total_price: null,
    user_agent: null,
    user_id: line.user_id === 0 ? line.token_id : line.user_id,
  }
}
