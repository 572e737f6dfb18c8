import { type Static, Type } from 'typebox'
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
  ref,
  refWith,
  requestBody,
  withDefault,
} from './helpers.ts'

const DESCRIPTION_CHARS_MAX = 4096

export const ApiKeysOrderBy = choices('ApiKeysOrderByChoices', [
  'created_at.asc',
  'created_at.desc',
  'expire.asc',
  'expire.desc',
  'name.asc',
  'name.desc',
])

const keyMembers = {
  name: Name,
  description: Type.Optional(NullableDescription),
  expire: Type.Optional(nullable(DateTime, { default: null, description: 'Null for never.' })),
  functions: Type.Array(ref(NamespacedName), { description: 'What the key opens.' }),
  created_at: Time,
  updated_at: Time,
  status: Type.String({ description: '`Active` or `Expired`.' }),
  id: Type.String(),
  hint: Type.String({ description: 'Prefix and last four characters of the secret.' }),
  last_used_at: nullable(Time, {
    description: 'When it last opened a function, at most 10 s late; null for never.',
  }),
  last_used_function: nullable(ref(NamespacedName), {
    description: 'Null also when the function is deleted.',
  }),
  last_used_address: Type.String({ description: 'Of the caller; empty while there was none.' }),
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
  functions: Type.Optional(Type.Array(ref(NamespacedName))),
}

export const CreateApiKey = requestBody('FaasCreateApiKeySerializer', { name: Name, ...writable })
/** Absent members stay as they are. */
export const PatchApiKey = requestBody('FaasApiKeyPatchSerializer', writable)

export const KeyParams = Type.Object({ ...ScopeParams.properties, key_name: Name })

export const KeyListQuery = Type.Object({
  expire_in: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Only keys that expire within so many days.' }),
  ),
  ...pageParams(1000),
  order_by: withDefault(refWith(ApiKeysOrderBy, { default: 'created_at.desc' })),
  search: Search,
})

export type ApiKeyWire = Static<typeof ApiKey>
export type CreatedApiKeyWire = Static<typeof CreatedApiKey>
export type PatchApiKeyBody = Static<typeof PatchApiKey>
