import { type Static, Type } from 'typebox'
import {
  BODY_BYTES_MOST,
  CODE_CHARS_MAX,
  INSTANCES_MAX,
  TIMEOUT_SECONDS_MAX,
} from '../../domain/function-limits.ts'
import { NETWORK_ACCESSES } from '../../domain/network.ts'
import { CpuEnforcedBy, MemoryEnforcedBy } from './catalog.ts'
import {
  Description,
  Envs,
  Name,
  pageParams,
  ScopeParams,
  Search,
  SecretEnvNames,
  SecretEnvs,
  SecretEnvsChange,
  Time,
} from './common.ts'
import {
  answer,
  choices,
  collection,
  nullable,
  optionalOrNull,
  ref,
  refWith,
  requestBody,
  sharedObject,
  withDefault,
} from './helpers.ts'

/** Relative, no empty, `.` or `..` segments, no backslashes or control characters. */
export const FILE_PATH_PATTERN =
  '^(?!\\.{1,2}(?:/|$))[^/\\\\\\u0000-\\u001f\\u007f]+(?:/(?!\\.{1,2}(?:/|$))[^/\\\\\\u0000-\\u001f\\u007f]+)*$'
const FILE_PATH_CHARS_MAX = 255
const FILES_MAX = 500

export const FunctionsOrderBy = choices('FunctionsOrderByChoices', [
  'created_at.asc',
  'created_at.desc',
  'name.asc',
  'name.desc',
])

export const Autoscaling = sharedObject('FaasAutoscalingSerializer', {
  min_instances: Type.Integer({ minimum: 0, maximum: INSTANCES_MAX }),
  max_instances: Type.Integer({ minimum: 1, maximum: INSTANCES_MAX }),
})

const CodeText = Type.String({ minLength: 1, maxLength: CODE_CHARS_MAX })
const Dependencies = Type.String({
  maxLength: CODE_CHARS_MAX,
  description: "The language's own dependency file as text (`package.json` for Node).",
})
const Timeout = Type.Integer({
  minimum: 0,
  maximum: TIMEOUT_SECONDS_MAX,
  description: 'Execution limit in seconds; 0 means the longest.',
})
const Network = Type.Enum([...NETWORK_ACCESSES], {
  type: 'string',
  description:
    '`outbound`: what the machine reaches, but for the machine itself and metadata addresses; `none`: nothing. In force at once; instances are replaced.',
})
const LastFailure = Type.Object(
  {
    reason: Type.Enum(['out-of-memory', 'hung', 'crashed'], { type: 'string' }),
    message: Type.String(),
    at: Time,
  },
  {
    description: 'The newest end of an instance that nobody asked for; null while there was none.',
  },
)
const MaxBodyBytes = Type.Integer({
  minimum: 0,
  maximum: BODY_BYTES_MOST,
  description:
    'The largest body that a caller may send; 0 means what the server takes, which is the bound in any case.',
})
const MainMethod = Type.String({
  minLength: 1,
  maxLength: 100,
  description: '`handler` or `module.handler`; the last part is the method.',
})
const Flavor = Type.String({ description: '`80mCPU-128MB` or `80m-128MB`.' })
const KeyNames = Type.Array(Name, {
  description: 'Names of the keys that open the function by its name.',
})
const Files = Type.Unsafe<Record<string, string>>({
  type: 'object',
  description: "Further text files by path relative to the function's folder.",
  propertyNames: { type: 'string', maxLength: FILE_PATH_CHARS_MAX, pattern: FILE_PATH_PATTERN },
  additionalProperties: { type: 'string' },
  maxProperties: FILES_MAX,
})

export const FunctionAnswer = answer('FunctionSerializer', {
  id: Type.String(),
  name: Name,
  description: Description,
  runtime: Type.String({ description: 'As the client wrote it.' }),
  runtime_version: Type.String({
    description:
      'What it really runs on, one of `GET /cloud/v1/faas/runtimes/...`: another than `runtime` where the server takes names of versions that it has not.',
  }),
  code_text: CodeText,
  files: Files,
  dependencies: Dependencies,
  main_method: MainMethod,
  envs: Type.Optional(nullable(Envs, { default: null })),
  secret_env_names: SecretEnvNames,
  flavor: Flavor,
  timeout: Timeout,
  max_body_bytes: MaxBodyBytes,
  network: Network,
  autoscaling: ref(Autoscaling),
  enable_api_key: Type.Optional(nullable(Type.Boolean(), { default: null })),
  disabled: Type.Boolean(),
  keys: KeyNames,
  namespace_keys: Type.Array(Name, {
    description: 'Names of the keys that open the function because they open its namespace.',
  }),
  endpoint: Type.String({ description: 'The URL to call.' }),
  status: Type.String({
    description:
      '`disabled`; `building` or `failed` while no version can serve; else `running` with an instance ready, `idle` without.',
  }),
  build_status: Type.String({
    description: 'Of the newest build: `pending`, `building`, `succeeded`, `failed`.',
  }),
  build_message: Type.String(),
  deploy_status: Type.Record(Type.String(), Type.Integer(), {
    description: 'Instances: `{total, ready}`.',
  }),
  last_failure: nullable(LastFailure),
  memory_enforced_by: MemoryEnforcedBy,
  cpu_enforced_by: CpuEnforcedBy,
  created_at: Time,
  updated_at: Time,
})
export const FunctionList = collection('FunctionListSerializer', FunctionAnswer)

export const CreateFunction = requestBody('CreateFunctionSerializer', {
  name: Name,
  description: optionalOrNull(Description),
  runtime: Type.String({ description: 'One of `GET /cloud/v1/faas/runtimes/...`.' }),
  code_text: CodeText,
  files: optionalOrNull(Files),
  dependencies: optionalOrNull(Dependencies),
  main_method: MainMethod,
  envs: optionalOrNull(Envs),
  secret_envs: optionalOrNull(SecretEnvs),
  flavor: Flavor,
  timeout: Timeout,
  max_body_bytes: optionalOrNull(MaxBodyBytes),
  network: optionalOrNull(Network),
  autoscaling: ref(Autoscaling),
  enable_api_key: Type.Optional(
    nullable(Type.Boolean(), {
      default: null,
      description: 'Whether callers need a key. Absent or null: they do not.',
    }),
  ),
  disabled: optionalOrNull(Type.Boolean()),
  keys: optionalOrNull(KeyNames),
})

/** Absent and null members stay as they are. */
export const ChangeFunction = requestBody('ChangeFunctionSerializer', {
  description: optionalOrNull(Description),
  code_text: optionalOrNull(CodeText),
  files: optionalOrNull(Files),
  dependencies: optionalOrNull(Dependencies),
  main_method: optionalOrNull(MainMethod),
  envs: optionalOrNull(Envs),
  secret_envs: optionalOrNull(SecretEnvsChange),
  flavor: optionalOrNull(Flavor),
  timeout: optionalOrNull(Timeout),
  max_body_bytes: optionalOrNull(MaxBodyBytes),
  network: optionalOrNull(Network),
  autoscaling: optionalOrNull(ref(Autoscaling)),
  enable_api_key: optionalOrNull(Type.Boolean()),
  disabled: optionalOrNull(Type.Boolean()),
  keys: optionalOrNull(KeyNames),
})

export const FunctionParams = Type.Object({
  ...ScopeParams.properties,
  namespace_name: Name,
  function_name: Name,
})

export const FunctionListQuery = Type.Object({
  ...pageParams(1000),
  order_by: withDefault(refWith(FunctionsOrderBy, { default: 'created_at.desc' })),
  search: Search,
})

export type FunctionWire = Static<typeof FunctionAnswer>
export type CreateFunctionBody = Static<typeof CreateFunction>
export type ChangeFunctionBody = Static<typeof ChangeFunction>
