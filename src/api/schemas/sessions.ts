import { type Static, Type } from 'typebox'
import { Time } from './common.ts'
import { answer, choices, collection, nullable, ref, requestBody } from './helpers.ts'
import { Roles } from './users.ts'

const TEXT_CHARS_MAX = 2048

export const LogIn = requestBody('LogInSerializer', {
  email: Type.Optional(Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX })),
  password: Type.Optional(
    Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX, writeOnly: true }),
  ),
  token: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: TEXT_CHARS_MAX,
      writeOnly: true,
      description: 'An API token, in place of address and password.',
    }),
  ),
})

export const OperatorKind = choices('OperatorKindChoices', ['user', 'token'])

export const SessionAnswer = answer('SessionSerializer', {
  id: Type.String(),
  created_at: Time,
  last_seen_at: Type.String({ description: 'UTC; up to a minute before its last use.' }),
  ends_at: Type.String({ description: 'UTC; when it ends however much it is used.' }),
  address: Type.String({ description: 'Where it began.' }),
  agent: Type.String({ description: 'What the browser called itself.' }),
  current: Type.Boolean({ description: 'The one that asks.' }),
})
export const SessionList = collection('SessionListSerializer', SessionAnswer)

export const Me = answer('MeSerializer', {
  kind: ref(OperatorKind),
  id: Type.Integer({ description: 'Of the user or of the token.' }),
  name: Type.String({ description: 'The e-mail address of a user, the name of a token.' }),
  user_id: nullable(Type.Integer(), { description: 'Whose token it is; null for nobody’s.' }),
  email: nullable(Type.String(), { description: 'Of the person behind it.' }),
  roles: Roles,
  expire: nullable(Time, { description: 'Of the token.' }),
  session: nullable(ref(SessionAnswer)),
})

export const SessionParams = Type.Object({
  session_id: Type.String({ pattern: '^[0-9A-Za-z]{1,40}$' }),
})

export type SessionWire = Static<typeof SessionAnswer>
export type MeWire = Static<typeof Me>
export type LogInBody = Static<typeof LogIn>
