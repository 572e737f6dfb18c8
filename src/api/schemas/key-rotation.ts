import { type Static, Type } from 'typebox'
import { GRACE_SECONDS, GRACE_SECONDS_MAX } from '../../domain/key-rotation.ts'
import { DateTime, pageParams, Time } from './common.ts'
import { answer, collection, nullable, requestBody } from './helpers.ts'

export const KeyRotation = answer('KeyRotationSerializer', {
  started_at: Time,
  old_hint: Type.String({ description: 'Prefix and last four characters of the old secret.' }),
  grace_seconds: Type.Integer({
    description: 'How long the old secret works after the first use of the new one.',
  }),
  new_used_at: nullable(Time, {
    description: 'When the new secret first opened a function; null while it has not.',
  }),
  hard_end: { ...Time, description: 'When the old secret ends whatever happens.' },
  old_ends_at: {
    ...Time,
    description: 'As things stand: the first moment at which the old secret no longer works.',
  },
})

export const RotateApiKey = requestBody('RotateApiKeySerializer', {
  grace_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: GRACE_SECONDS_MAX,
      default: GRACE_SECONDS,
      description: 'How long the old secret works after the first use of the new one.',
    }),
  ),
  hard_end: Type.Optional(
    nullable(DateTime, {
      default: null,
      description:
        'When the old secret ends even if nobody uses the new one: RFC 3339 with a zone, within 90 days; null for 30 days from now.',
    }),
  ),
  replace: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Whether a rotation that is under way gives way. If its new secret was never used, that one ends and the old one stays as it is; if it was used, it becomes the old one.',
    }),
  ),
})

export const CancelRotation = requestBody('CancelRotationSerializer', {
  force: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Also when the new secret is in use: callers with it are refused from then on.',
    }),
  ),
})

export const KeyAddress = answer('KeyAddressSerializer', {
  address: Type.String({ description: 'An IPv4 address, or an IPv6 network of 64 bits.' }),
  first_seen: Time,
})
export const KeyAddressList = collection('KeyAddressListSerializer', KeyAddress)

export const KeyAddressQuery = Type.Object(pageParams(100))

export type KeyRotationWire = Static<typeof KeyRotation>
export type RotateApiKeyBody = Static<typeof RotateApiKey>
