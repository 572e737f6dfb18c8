import { type Static, Type } from 'typebox'
import {
  Description,
  Envs,
  Name,
  ScopeParams,
  SecretEnvNames,
  SecretEnvs,
  SecretEnvsChange,
  Time,
} from './common.ts'
import { FunctionAnswer, FunctionListQuery } from './functions.ts'
import {
  answer,
  collection,
  nullable,
  optionalOrNull,
  ref,
  requestBody,
  withDefault,
} from './helpers.ts'

export const NamespaceAnswer = answer('NamespaceSerializer', {
  name: Name,
  description: Type.Optional(nullable(Description, { default: null })),
  envs: Type.Optional(nullable(Envs, { default: null })),
  secret_env_names: SecretEnvNames,
  functions: Type.Array(ref(FunctionAnswer)),
  functions_deploy_status: Type.Record(Type.String(), Type.Integer(), {
    description: 'Functions: `{total, ready}`, ready being those with a version that can serve.',
  }),
  status: Type.String({ description: '`active`.' }),
  created_at: Time,
})
export const NamespaceList = collection('NamespaceListSerializer', NamespaceAnswer)

const writable = { description: optionalOrNull(Description), envs: optionalOrNull(Envs) }
export const CreateNamespace = requestBody('CreateNamespaceSerializer', {
  name: Name,
  ...writable,
  secret_envs: optionalOrNull(SecretEnvs),
})
/** Absent and null members stay as they are. */
export const ChangeNamespace = requestBody('ChangeNamespaceSerializer', {
  ...writable,
  secret_envs: optionalOrNull(SecretEnvsChange),
})

const functions = withDefault(
  Type.Boolean({
    default: true,
    description: 'Whether each comes with its functions; how many there are is told anyway.',
  }),
)
export const NamespaceQuery = Type.Object({ functions })
export const NamespaceListQuery = Type.Object({ ...FunctionListQuery.properties, functions })

export const NamespaceParams = Type.Object({ ...ScopeParams.properties, namespace_name: Name })

export type NamespaceWire = Static<typeof NamespaceAnswer>
