import { Type } from 'typebox'
import { ENV_NAME_PATTERN, NAME_PATTERN } from '../../domain/names.ts'
import { SECRET_ENVS_MAX, SECRET_VALUE_BYTES_MAX } from '../../domain/secret-envs.ts'
import { answer, nullable, ref, sharedObject, withDefault } from './helpers.ts'

/** Database columns of these ids are 32 bit wide in every dialect. */
export const ID_MAX = 2_147_483_647

export const Name = Type.String({ pattern: NAME_PATTERN })
export const Description = Type.String({ minLength: 0, maxLength: 255 })
export const Time = Type.String({
  description: 'UTC in whole seconds, `2023-08-22T11:21:00Z`.',
})
export const DateTime = Type.String({ format: 'date-time' })

export const Envs = Type.Unsafe<Record<string, string>>({
  type: 'object',
  propertyNames: { type: 'string', maxLength: 255, pattern: ENV_NAME_PATTERN },
  additionalProperties: { type: 'string', minLength: 0, maxLength: 255 },
})

const SECRETS_NOTE =
  'Environment values that are kept sealed, reach the function and are in no answer. '

/** Of a new function or namespace. */
export const SecretEnvs = Type.Unsafe<Record<string, string>>({
  type: 'object',
  description: `${SECRETS_NOTE}At most 8 KiB each; a name is in \`envs\` or here.`,
  propertyNames: { type: 'string', maxLength: 255, pattern: ENV_NAME_PATTERN },
  additionalProperties: {
    type: 'string',
    minLength: 1,
    maxLength: SECRET_VALUE_BYTES_MAX,
    writeOnly: true,
  },
  maxProperties: SECRET_ENVS_MAX,
})

/** Of a change. */
export const SecretEnvsChange = Type.Unsafe<Record<string, string | null>>({
  type: 'object',
  description: `${SECRETS_NOTE}Names that are left out stay as they are, null removes one.`,
  propertyNames: { type: 'string', maxLength: 255, pattern: ENV_NAME_PATTERN },
  additionalProperties: {
    type: ['string', 'null'],
    minLength: 1,
    maxLength: SECRET_VALUE_BYTES_MAX,
    writeOnly: true,
  },
  maxProperties: 2 * SECRET_ENVS_MAX,
})

export const SecretEnvNames = Type.Array(Type.String(), {
  description: 'Names of the secret environment values; the values themselves are never shown.',
})

export const NamespacedName = sharedObject('NamespacedName', { name: Name, namespace: Name })

export const ScopeParams = Type.Object({
  project_id: Type.Integer({ maximum: ID_MAX }),
  region_id: Type.Integer({ maximum: ID_MAX }),
})

export const TaskIds = answer('TaskIDsSerializer', {
  tasks: Type.Array(Type.String(), {
    description: 'Ask `GET /cloud/v1/tasks/{task_id}` until its state is FINISHED or ERROR.',
  }),
})

export const FieldErrorSchema = answer('FieldError', {
  field: Type.String({ description: 'Dotted path of the field; empty for the body itself.' }),
  message: Type.String(),
})

export const ProblemSchema = answer('Problem', {
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String({ description: 'Stable; `docs/errors.md` has a section for each.' }),
  message: Type.String({ description: 'The same sentence as `detail`.' }),
  request_id: Type.String(),
  errors: Type.Optional(Type.Array(ref(FieldErrorSchema))),
})

/** Shown in place of a secret when an answer is repeated. */
export const SecretNotice = Type.Optional(
  Type.String({ description: 'Only in a repeated answer: why the secret is not shown again.' }),
)

export const NullableDescription = nullable(Type.String(), { default: null })

export function pageParams(limitDefault: number) {
  return {
    limit: withDefault(Type.Integer({ default: limitDefault, exclusiveMinimum: 0, maximum: 1000 })),
    offset: withDefault(Type.Integer({ default: 0, minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  }
}

export const Search = Type.Optional(
  Type.String({
    pattern: '^[-a-z0-9]{0,25}[-a-z0-9]$',
    description: 'A substring of the name.',
  }),
)
