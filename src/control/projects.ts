import { PublicError } from '../domain/errors.ts'
import type { Project } from '../domain/project.ts'
import { countUp } from '../store/counters.ts'
import { insertProject, listProjects, listRegions } from '../store/projects.ts'
import { commit } from './commit.ts'
import type { ProjectUseCases } from './control.ts'
import type { ControlDeps } from './deps.ts'
import { nameTaken } from './scope.ts'

export function projectUseCases(deps: ControlDeps): ProjectUseCases {
  const { db } = deps.store
  return {
    async list({ orderBy, ...query }) {
      if (orderBy.field === 'expire') {
        throw new PublicError('invalid_parameter', 'Projects cannot be ordered by expire.')
      }
      const { field, descending } = orderBy
      return await listProjects(db, { ...query, orderBy: field, descending })
    },

    async create(context, input) {
      const { value } = await commit(deps, context, async ({ trx, revision, nowMs, audit }) => {
        const project: Project = {
          id: await countUp(trx, 'project_id'),
          name: input.name,
          description: input.description,
          isDefault: false,
          createdAtMs: nowMs,
        }
        if (!(await insertProject(trx, project, revision))) throw nameTaken('project', input.name)
        audit({
          action: 'project.created',
          entityId: String(project.id),
          entityName: project.name,
          scope: { projectId: project.id },
          after: { description: project.description },
        })
        return project
      })
      return value
    },

    regions: (query) => listRegions(db, query),
  }
}
