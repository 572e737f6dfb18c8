import { type Static, Type } from 'typebox'
import { DateTime, SecretNotice, Time } from './common.ts'
import { answer, collection, nullable, optionalOrNull, requestBody } from './helpers.ts'
import { Roles } from './users.ts'

const tokenMembers = {
  id: Type.Integer(),
  name: Type.String(),
  source: Type.String({ description: '`api`, or `settings` when it comes from the settings.' }),
  description: Type.String(),
  roles: Roles,
  expire: nullable(Time, { description: 'Null for never.' }),
  issued_by: Type.String({ description: 'What who made it was called then.' }),
  user_id: nullable(Type.Integer(), { description: 'Whose token it is; null for nobody’s.' }),
  last_used_at: nullable(Time, { description: 'At most a minute late.' }),
  created_at: Time,
}

export const TokenAnswer = answer('TokenSerializer', tokenMembers)
export const TokenList = collection('TokenListSerializer', TokenAnswer)

export const CreatedToken = answer('CreatedTokenSerializer', {
  ...tokenMembers,
  token: Type.String({
    description: 'What operators send in `Authorization: apikey <token>`. In this answer only.',
  }),
  secret_notice: SecretNotice,
})

export const CreateToken = requestBody('CreateTokenSerializer', {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  description: optionalOrNull(Type.String({ maxLength: 255 })),
  roles: Type.Optional(
    nullable(Roles, { description: 'No more than who asks has; absent or null: the same.' }),
  ),
  expire: optionalOrNull(DateTime),
})

export const TokenParams = Type.Object({
  token_id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})

export type TokenWire = Static<typeof TokenAnswer>
export type CreatedTokenWire = Static<typeof CreatedToken>
export type CreateTokenBody = Static<typeof CreateToken>
