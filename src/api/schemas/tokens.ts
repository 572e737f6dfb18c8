import { type Static, Type } from 'typebox'
import { SecretNotice, Time } from './common.ts'
import { answer, collection, requestBody } from './helpers.ts'

const tokenMembers = {
  id: Type.Integer(),
  name: Type.String(),
  source: Type.String({ description: '`api`, or `settings` when it comes from the settings.' }),
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
})

export const TokenParams = Type.Object({
  token_id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})

export type TokenWire = Static<typeof TokenAnswer>
export type CreatedTokenWire = Static<typeof CreatedToken>
