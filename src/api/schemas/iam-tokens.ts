import { type Static, Type } from 'typebox'
import { DateTime, ID_MAX, SecretNotice } from './common.ts'
import { answer, nullable, optionalOrNull, ref, requestBody, sharedObject } from './helpers.ts'
import { Roles } from './users.ts'

/** The shapes of Gcore's IAM API, version 2026-05. */

export const IamRole = sharedObject('IamRoleSerializer', {
  id: Type.Optional(Type.Integer({ description: '1 Administrators, 2 Users, 5 Engineers.' })),
  name: Type.Optional(Type.String()),
})

const tokenMembers = {
  id: Type.Integer(),
  name: Type.String(),
  description: Type.String(),
  exp_date: nullable(Type.String(), { description: 'UTC; null for never.' }),
  expired: Type.Boolean(),
  deleted: Type.Boolean({ description: 'False: deleted tokens are not kept.' }),
  created: DateTime,
  last_usage: nullable(DateTime, { description: 'At most a minute late.' }),
  client_user: answer('IamClientUserSerializer', {
    role: ref(IamRole),
    deleted: Type.Boolean(),
    user_id: Type.Integer({ description: 'Whose token it is; 0 for nobody’s.' }),
    user_name: Type.String({ description: 'Else what made it was called.' }),
    user_email: Type.String(),
    client_id: Type.Integer(),
  }),
  roles: Roles,
}

export const IamToken = answer('IamTokenSerializer', tokenMembers)
export const IamTokenList = Type.Array(ref(IamToken), { $id: 'IamTokenListSerializer' })
export const CreatedIamToken = answer('CreatedIamTokenSerializer', {
  ...tokenMembers,
  token: Type.String({ description: 'In this answer only.' }),
  secret_notice: SecretNotice,
})

export const CreateIamToken = requestBody('CreateIamTokenSerializer', {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  description: optionalOrNull(Type.String({ maxLength: 255 })),
  exp_date: optionalOrNull(DateTime),
  client_user: Type.Optional(
    nullable(
      Type.Object(
        { role: Type.Optional(nullable(ref(IamRole))) },
        {
          additionalProperties: false,
          description: 'Absent or empty: the roles of who asks.',
        },
      ),
    ),
  ),
})

export const IamClientParams = Type.Object({
  client_id: Type.Integer({ minimum: 0, maximum: ID_MAX }),
})
export const IamTokenParams = Type.Object({
  ...IamClientParams.properties,
  token_id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})
export const IamTokenQuery = Type.Object({
  role: Type.Optional(Type.String({ description: 'The id or the name of a group.' })),
  issued_by: Type.Optional(Type.Integer({ description: 'Only tokens of this user.' })),
  not_issued_by: Type.Optional(Type.Integer({ description: 'Only tokens of others.' })),
  deleted: Type.Optional(Type.Boolean({ description: 'Passed over: deleted ones are not kept.' })),
})

export type IamTokenWire = Static<typeof IamToken>
export type CreateIamTokenBody = Static<typeof CreateIamToken>
