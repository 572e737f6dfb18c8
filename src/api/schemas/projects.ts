import { type Static, Type } from 'typebox'
import { PROJECT_NAME_PATTERN } from '../../domain/names.ts'
import { DateTime, pageParams } from './common.ts'
import {
  answer,
  choices,
  collection,
  nullable,
  optionalOrNull,
  refWith,
  requestBody,
  withDefault,
} from './helpers.ts'

export const ProjectOrderBy = choices('ProjectOrderByChoices', [
  'created_at.asc',
  'created_at.desc',
  'name.asc',
  'name.desc',
])

export const ProjectAnswer = answer('ProjectSerializer', {
  id: Type.Integer(),
  name: Type.String(),
  description: nullable(Type.String({ maxLength: 255 })),
  is_default: Type.Boolean(),
  state: Type.String({ description: '`ACTIVE`.' }),
  client_id: Type.Integer(),
  task_id: nullable(Type.String()),
  created_at: DateTime,
  deleted_at: nullable(DateTime),
})
export const ProjectList = collection('ListProjectsSerializer', ProjectAnswer)

export const CreateProject = requestBody('CreateProjectSerializer', {
  name: Type.String({ pattern: PROJECT_NAME_PATTERN }),
  description: optionalOrNull(Type.String({ maxLength: 255 })),
})

export const ProjectListQuery = Type.Object({
  include_deleted: withDefault(
    Type.Boolean({ default: false, description: 'Projects are never deleted here.' }),
  ),
  ...pageParams(100),
  name: Type.Optional(Type.String()),
  order_by: withDefault(refWith(ProjectOrderBy, { default: 'created_at.desc' })),
})

export type ProjectWire = Static<typeof ProjectAnswer>
