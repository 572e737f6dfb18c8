import { type Static, Type } from 'typebox'
import { DateTime, Name, pageParams, ScopeParams, Search, Time } from './common.ts'
import { answer, collection, nullable, optionalOrNull, requestBody } from './helpers.ts'
import { ID_CHARS_MAX } from './keys.ts'

export const DeletedKey = answer('DeletedKeySerializer', {
  id: Type.String(),
  name: Type.String({ description: 'What it was called; another key may be called so by now.' }),
  description: Type.String(),
  hint: Type.String({ description: 'Prefix and last four characters of the secret.' }),
  expire: nullable(Time, { description: 'Null for never.' }),
  deleted_at: Time,
  deleted_by: Type.String(),
  leaked: Type.Boolean({ description: 'It cannot be brought back.' }),
  restorable_until: nullable(Time, { description: 'Null for one that leaked.' }),
})
export const DeletedKeyList = collection('DeletedKeyListSerializer', DeletedKey)

export const RestoreKey = requestBody('RestoreKeySerializer', {
  name: optionalOrNull(Name),
  expire: Type.Optional(
    nullable(DateTime, {
      default: null,
      description:
        'Another expiry: RFC 3339 with a zone; null for never. Absent: the one that it had.',
    }),
  ),
})

export const DeletedKeyParams = Type.Object({
  ...ScopeParams.properties,
  key_id: Type.String({ maxLength: ID_CHARS_MAX }),
})

export const DeletedKeyListQuery = Type.Object({ ...pageParams(1000), search: Search })

export type DeletedKeyWire = Static<typeof DeletedKey>
export type RestoreKeyBody = Static<typeof RestoreKey>
