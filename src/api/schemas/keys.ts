import { type Static, Type } from 'typebox'
import {
  LABEL_NAME_PATTERN,
  LABEL_VALUE_PATTERN,
  LABELS_MAX,
  METHOD_CHARS_MAX,
  METHODS_MAX,
  PATH_CHARS_MAX,
  PATHS_MAX,
} from '../../domain/key-rules.ts'
import {
  DateTime,
  Name,
  NamespacedName,
  NullableDescription,
  pageParams,
  ScopeParams,
  Search,
  SecretNotice,
  Time,
} from './common.ts'
import {
  answer,
  choices,
  collection,
  nullable,
  optionalOrNull,
  ref,
  requestBody,
  sharedObject,
  withDefault,
} from './helpers.ts'
import { KeyRotation } from './key-rotation.ts'

const DESCRIPTION_CHARS_MAX = 4096
const LABEL_CHARS_MAX = 63
export const ID_CHARS_MAX = 64

/** Those of the contract. */
const ORDERS = [
  'created_at.asc',
  'created_at.desc',
  'expire.asc',
  'expire.desc',
  'name.asc',
  'name.desc',
] as const
export const ApiKeysOrderBy = choices('ApiKeysOrderByChoices', [...ORDERS])

export const KeyStatusChoices = choices('KeyStatusChoices', [
  'Active',
  'Expired',
  'Disabled',
  'Scheduled',
])

const limits = {
  methods: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: METHOD_CHARS_MAX }), {
      maxItems: METHODS_MAX,
      description: 'HTTP methods that may be used, `GET` standing for `HEAD` too; empty for all.',
    }),
  ),
  paths: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: PATH_CHARS_MAX }), {
      maxItems: PATHS_MAX,
      description:
        "What the function's own path must begin with, in whole segments: `/orders` opens `/orders` and `/orders/7`, not `/ordersx`. Empty for all.",
    }),
  ),
}

/** As the contract has it, and what of the function may be called. */
export const GrantedFunction = sharedObject('GrantedFunctionSerializer', {
  name: Name,
  namespace: Name,
  ...limits,
})
export const GrantedNamespace = sharedObject('GrantedNamespaceSerializer', {
  name: Name,
  ...limits,
})

const Labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  description: 'To search by; they mean nothing to Latchkey.',
  propertyNames: { type: 'string', pattern: LABEL_NAME_PATTERN },
  additionalProperties: { type: 'string', pattern: LABEL_VALUE_PATTERN },
  maxProperties: LABELS_MAX,
})
const NotBefore = nullable(DateTime, {
  default: null,
  description:
    'The key works from then on; null for always. RFC 3339 with a zone; fractions of a second are cut off.',
})
const Disabled = Type.Boolean({ description: 'Opens nothing until it is enabled again.' })
const Functions = Type.Array(ref(GrantedFunction), {
  description: 'The functions that the key opens by name.',
})
const Namespaces = Type.Array(ref(GrantedNamespace), {
  description: 'The namespaces whose functions the key opens, those that come later too.',
})

const keyMembers = {
  name: Name,
  description: Type.Optional(NullableDescription),
  expire: Type.Optional(nullable(DateTime, { default: null, description: 'Null for never.' })),
  functions: Functions,
  namespaces: Namespaces,
  labels: Labels,
  not_before: NotBefore,
  disabled: Disabled,
  issued_by: Type.String({ description: 'Who created it; empty when that is not known.' }),
  created_at: Time,
  updated_at: Time,
  status: Type.String({
    description:
      '`Active`; `Expired`; `Disabled`; `Scheduled` when its time has not come yet. The first that holds of `Expired`, `Disabled`, `Scheduled`.',
  }),
  id: Type.String(),
  hint: Type.String({ description: 'Prefix and last four characters of the secret.' }),
  last_used_at: nullable(Time, {
    description: 'When it last opened a function, at most 10 s late; null for never.',
  }),
  last_used_function: nullable(ref(NamespacedName), {
    description: 'Null also when the function is deleted.',
  }),
  last_used_address: Type.String({ description: 'Of the caller; empty while there was none.' }),
  rotation: nullable(ref(KeyRotation), { description: 'Null unless two secrets work.' }),
}

export const ApiKey = answer('FaasApiKeySerializer', keyMembers)
export const ApiKeyList = collection('FaasApiKeyListSerializer', ApiKey)

export const CreatedApiKey = answer('CreatedApiKeySerializer', {
  ...keyMembers,
  secret: Type.String({ description: 'What callers send in `X-API-Key`. In this answer only.' }),
  secret_notice: SecretNotice,
})

const writable = {
  description: Type.Optional(
    nullable(Type.String({ maxLength: DESCRIPTION_CHARS_MAX }), { default: null }),
  ),
  expire: Type.Optional(
    nullable(DateTime, {
      default: null,
      description: 'RFC 3339 with a zone; null for never. Fractions of a second are cut off.',
    }),
  ),
  functions: Type.Optional(Functions),
  namespaces: optionalOrNull(Namespaces),
  labels: optionalOrNull(Labels),
  not_before: Type.Optional(NotBefore),
  disabled: optionalOrNull(Disabled),
}

export const CreateApiKey = requestBody('FaasCreateApiKeySerializer', { name: Name, ...writable })
/** Absent members stay as they are. */
export const PatchApiKey = requestBody('FaasApiKeyPatchSerializer', {
  name: optionalOrNull(Name),
  ...writable,
})

export const KeyParams = Type.Object({ ...ScopeParams.properties, key_name: Name })

export const KeyListQuery = Type.Object({
  expire_in: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Only keys that expire within so many days.' }),
  ),
  ...pageParams(1000),
  order_by: withDefault(
    Type.Enum([...ORDERS, 'last_used_at.asc', 'last_used_at.desc'], {
      type: 'string',
      default: 'created_at.desc',
    }),
  ),
  search: Search,
  id: Type.Optional(Type.String({ maxLength: ID_CHARS_MAX })),
  status: Type.Optional(ref(KeyStatusChoices)),
  label: Type.Optional(
    Type.Array(Type.String({ maxLength: 2 * LABEL_CHARS_MAX + 1 }), {
      maxItems: LABELS_MAX,
      description: '`name` or `name=value`; several: keys that have all of them.',
    }),
  ),
  function: Type.Optional(
    Type.String({
      description: '`demo/hello`: only keys that open it, by name or with its namespace.',
    }),
  ),
  namespace: Type.Optional(
    Type.String({
      maxLength: ID_CHARS_MAX,
      description: 'Only keys that open this namespace, wholly or in part.',
    }),
  ),
})

export const KeyDeleteQuery = Type.Object({
  leaked: withDefault(
    Type.Boolean({
      default: false,
      description: 'The secret is in the wrong hands: the key can never be brought back.',
    }),
  ),
})

export type ApiKeyWire = Static<typeof ApiKey>
export type CreatedApiKeyWire = Static<typeof CreatedApiKey>
export type CreateApiKeyBody = Static<typeof CreateApiKey>
export type PatchApiKeyBody = Static<typeof PatchApiKey>
export type GrantedFunctionWire = Static<typeof GrantedFunction>
export type GrantedNamespaceWire = Static<typeof GrantedNamespace>
