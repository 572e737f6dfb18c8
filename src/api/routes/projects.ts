import type { Project } from '../../domain/project.ts'
import { listedProjects } from '../access.ts'
import type { Routes } from '../deps.ts'
import { changes, reads } from '../operation.ts'
import { pageWire, parseOrder } from '../paging.ts'
import { ref } from '../schemas/helpers.ts'
import { CreateProject, ProjectAnswer, ProjectList, ProjectListQuery } from '../schemas/projects.ts'
import { projectWire } from '../serialize.ts'

const tags = ['projects']

export const projectRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = { operationId: 'ProjectListViewSet.get', summary: 'List projects', tags }
    app.get(
      '/v1/projects',
      { schema: { ...reads(list, ProjectList), querystring: ProjectListQuery } },
      async (request) => {
        const { limit, offset, name, order_by } = request.query
        const orderBy = parseOrder<'created_at' | 'name'>(order_by)
        const ids = listedProjects(request, 'invoker')
        const filter = {
          limit,
          offset,
          orderBy,
          ...(name === undefined ? {} : { name }),
          ...(ids === undefined ? {} : { ids }),
        }
        return pageWire(await control.projects.list(filter), projectWire)
      },
    )

    const create = { operationId: 'ProjectListViewSet.post', summary: 'Create a project', tags }
    app.post(
      '/v1/projects',
      { schema: { ...changes(create, ProjectAnswer, 201), body: ref(CreateProject) } },
      async (request, reply) => {
        const { name, description } = request.body
        const input = { name, description: description ?? null }
        const repeated = (project: Project) => ({ status: 201, body: projectWire(project) })
        const project = await idempotency.change(request, repeated, (context) =>
          control.projects.create(context, input),
        )
        return reply.code(201).send(projectWire(project))
      },
    )
    done()
  }
