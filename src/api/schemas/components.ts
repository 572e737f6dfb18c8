import type { TSchema } from 'typebox'
import * as audit from './audit.ts'
import * as builds from './builds.ts'
import * as calls from './calls.ts'
import * as catalog from './catalog.ts'
import * as common from './common.ts'
import * as deletedKeys from './deleted-keys.ts'
import * as functionNames from './function-names.ts'
import * as functionOverview from './function-overview.ts'
import * as functions from './functions.ts'
import * as health from './health.ts'
import * as iamTokens from './iam-tokens.ts'
import * as keyPropagation from './key-propagation.ts'
import * as keyReviews from './key-reviews.ts'
import * as keyRotation from './key-rotation.ts'
import * as keySettings from './key-settings.ts'
import * as keys from './keys.ts'
import * as logs from './logs.ts'
import * as namespaces from './namespaces.ts'
import * as nodes from './nodes.ts'
import * as notifications from './notifications.ts'
import * as projects from './projects.ts'
import * as regions from './regions.ts'
import * as sessions from './sessions.ts'
import * as tasks from './tasks.ts'
import * as tests from './tests.ts'
import * as tokens from './tokens.ts'
import * as triggers from './triggers.ts'
import * as usage from './usage.ts'
import * as userActions from './user-actions.ts'
import * as users from './users.ts'
import * as versions from './versions.ts'
import * as webhooks from './webhooks.ts'

export type Component = TSchema & { readonly $id: string }

const modules = [
  common,
  keys,
  deletedKeys,
  keySettings,
  keyRotation,
  keyPropagation,
  functions,
  functionOverview,
  functionNames,
  builds,
  versions,
  namespaces,
  logs,
  tests,
  calls,
  triggers,
  webhooks,
  catalog,
  tasks,
  projects,
  regions,
  tokens,
  iamTokens,
  users,
  sessions,
  usage,
  nodes,
  keyReviews,
  notifications,
  audit,
  userActions,
  health,
]

/** Every schema that has a name of its own: the components of the OpenAPI document. */
export const COMPONENTS: readonly Component[] = modules
  .flatMap((module) => Object.values(module))
  .filter(isComponent)
  .sort((a, b) => (a.$id < b.$id ? -1 : 1))

function isComponent(exported: unknown): exported is Component {
  return typeof exported === 'object' && exported !== null && '$id' in exported
}
