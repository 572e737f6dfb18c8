import type { Static } from 'typebox'
import type { TaskQuery } from '../../control/control.ts'
import { listedProjects, requireRoleOn } from '../access.ts'
import type { Routes } from '../deps.ts'
import { parseInstant } from '../instant.ts'
import { reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import {
  ActiveTaskParams,
  ActiveTaskQuery,
  TaskAnswer,
  TaskList,
  TaskListQuery,
  TaskParams,
} from '../schemas/tasks.ts'
import { taskWire } from '../serialize.ts'

const tags = ['tasks']

export const taskRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const list = { operationId: 'TaskViewSet.get', summary: 'List tasks', tags }
    app.get(
      '/v1/tasks',
      { schema: { ...reads(list, TaskList), querystring: TaskListQuery } },
      async (request) => {
        const { query } = request
        if (query.is_acknowledged === true) return { count: 0, results: [] }
        const asked = taskQueryOf(query)
        const seen = listedProjects(request, 'viewer')
        if (seen === undefined) return pageWire(await control.tasks.list(asked), taskWire)
        const projectIds = (asked.projectIds ?? seen).filter((id) => seen.includes(id))
        return pageWire(await control.tasks.list({ ...asked, projectIds }), taskWire)
      },
    )

    const get = { operationId: 'TaskInstanceViewSet.get', summary: 'Read a task', tags }
    app.get(
      '/v1/tasks/:task_id',
      { schema: { ...reads(get, TaskAnswer), params: TaskParams } },
      async (request) => {
        const id = request.params.task_id
        const task = await control.tasks.get(id)
        requireRoleOn(request, task.projectId, `There is no task ${id}.`)
        return taskWire(task)
      },
    )

    const active = {
      operationId: 'TasksActiveInProjectViewSet.get',
      summary: 'List the tasks of a project and region that have not ended',
      tags,
    }
    app.get(
      '/v1/tasks/:project_id/:region_id/active',
      {
        schema: {
          ...reads(active, TaskList),
          params: ActiveTaskParams,
          querystring: ActiveTaskQuery,
        },
      },
      async ({ params, query }) => {
        const { limit, offset, task_type: types } = query
        const page = await control.tasks.list({
          limit,
          offset,
          descending: true,
          projectIds: [params.project_id],
          regionIds: [params.region_id],
          states: ['NEW', 'RUNNING'],
          ...(types === undefined ? {} : { types }),
        })
        return pageWire(page, taskWire)
      },
    )
    done()
  }

function taskQueryOf(query: Static<typeof TaskListQuery>): TaskQuery {
  const fromMs = query.from_timestamp && parseInstant(query.from_timestamp)
  const toMs = query.to_timestamp && parseInstant(query.to_timestamp)
  return {
    limit: query.limit,
    offset: query.offset,
    descending: (query.order_by ?? query.sorting ?? 'desc') === 'desc',
    ...(query.project_id === undefined ? {} : { projectIds: query.project_id }),
    ...(query.region_id === undefined ? {} : { regionIds: query.region_id }),
    ...(query.state === undefined ? {} : { states: query.state }),
    ...(query.task_type === undefined ? {} : { types: [query.task_type] }),
    ...(typeof fromMs === 'number' ? { fromMs } : {}),
    ...(typeof toMs === 'number' ? { toMs } : {}),
  }
}
