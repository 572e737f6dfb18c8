import { type Static, Type } from 'typebox'
import { ROLES } from '../../domain/role.ts'
import { EMAIL_CHARS_MAX, EMAIL_PATTERN } from '../../domain/user.ts'
import { ID_MAX, pageParams, Time } from './common.ts'
import { answer, choices, collection, nullable, ref, requestBody, sharedObject } from './helpers.ts'

const NAME_CHARS_MAX = 100
/** Longer ones are told so by their rule, and not hashed. */
const PASSWORD_TEXT_MAX = 2048

export const RoleChoices = choices('RoleChoices', [...ROLES])
export const RoleOnProject = sharedObject('RoleOnProjectSerializer', {
  project_id: nullable(Type.Integer({ minimum: 1, maximum: ID_MAX }), {
    description: 'Null for all projects, those to come included.',
  }),
  role: ref(RoleChoices),
})
export const Roles = Type.Array(ref(RoleOnProject), { maxItems: 1000 })

const Email = Type.String({ minLength: 3, maxLength: EMAIL_CHARS_MAX, pattern: EMAIL_PATTERN })
const Password = Type.String({
  minLength: 1,
  maxLength: PASSWORD_TEXT_MAX,
  writeOnly: true,
  description: '12 to 256 characters, and not the e-mail address.',
})
const PersonName = Type.String({ maxLength: NAME_CHARS_MAX })
const RoleOnAll = Type.Optional(
  nullable(ref(RoleChoices), { description: 'On all projects; null for none.' }),
)

export const UserAnswer = answer('UserSerializer', {
  id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  disabled: Type.Boolean(),
  roles: Roles,
  created_at: Time,
  updated_at: Time,
  password_changed_at: Time,
  last_log_in_at: nullable(Time),
})
export const UserList = collection('UserListSerializer', UserAnswer)

export const CreateUser = requestBody('CreateUserSerializer', {
  email: Email,
  name: Type.Optional(PersonName),
  password: Password,
  role: RoleOnAll,
})

/** Absent members stay as they are. */
export const ChangeUser = requestBody('ChangeUserSerializer', {
  email: Type.Optional(Email),
  name: Type.Optional(PersonName),
  disabled: Type.Optional(Type.Boolean()),
  password: Type.Optional(Password),
  role: RoleOnAll,
})

export const ChangePassword = requestBody('ChangePasswordSerializer', {
  old_password: Password,
  new_password: Password,
})

export const UserParams = Type.Object({ user_id: Type.Integer({ minimum: 1, maximum: ID_MAX }) })
export const UserListQuery = Type.Object(pageParams(100))

export const MemberAnswer = answer('MemberSerializer', {
  user_id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  disabled: Type.Boolean(),
  role: ref(RoleChoices),
  all_projects: Type.Boolean({ description: 'The role is one on all projects.' }),
  since: Time,
})
export const MemberList = collection('MemberListSerializer', MemberAnswer)
export const SetMember = requestBody('SetMemberSerializer', { role: ref(RoleChoices) })

const ProjectId = Type.Integer({ minimum: 1, maximum: ID_MAX })
export const ProjectParams = Type.Object({ project_id: ProjectId })
export const MemberParams = Type.Object({
  project_id: ProjectId,
  member: Type.String({
    pattern: '^(\\d{1,10}|[^\\s@]+@[^\\s@]+)$',
    maxLength: EMAIL_CHARS_MAX,
    description: 'The number of the user, or the e-mail address.',
  }),
})

export type UserWire = Static<typeof UserAnswer>
export type MemberWire = Static<typeof MemberAnswer>
export type CreateUserBody = Static<typeof CreateUser>
export type ChangeUserBody = Static<typeof ChangeUser>
