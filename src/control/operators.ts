import type { Known, PresentedCredential, Principal } from '../domain/principal.ts'
import type { Role, RoleOn } from '../domain/role.ts'
import type { Session } from '../domain/session.ts'
import type { PresentedToken, Token } from '../domain/token.ts'
import type { Member, User } from '../domain/user.ts'
import type { ChangeContext, Page, PageQuery } from './requests.ts'

export interface PrincipalUseCases {
  /** Compares in constant time. Notes the use, at most once a minute. */
  find(presented: PresentedCredential): Promise<Known>
}

export interface NewToken {
  readonly name: string
  readonly description?: string
  /** Those of who makes it, unless told. */
  readonly roles?: readonly RoleOn[]
  /** Null for never, or for when that of who makes it expires. */
  readonly expireMs?: number | null
}

export interface TokenUseCases {
  /** Those that the principal may manage. */
  list(by: Principal): Promise<readonly Token[]>
  get(by: Principal, id: number): Promise<Token>
  /** The secret is in this answer only. */
  create(
    context: ChangeContext,
    by: Principal,
    input: NewToken,
  ): Promise<{ token: Token; secret: string }>
  delete(context: ChangeContext, by: Principal, id: number): Promise<void>
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly password: string
  /** On all projects; null for none. */
  readonly role: Role | null
}

/** Absent members stay as they are. */
export interface UserPatch extends Partial<NewUser> {
  readonly isDisabled?: boolean
}

export interface UserUseCases {
  /** By address. */
  list(query: PageQuery): Promise<Page<User>>
  get(id: number): Promise<User>
  create(context: ChangeContext, input: NewUser): Promise<User>
  /** A new password, and being disabled, end all sessions. */
  update(context: ChangeContext, id: number, patch: UserPatch): Promise<User>
  /** With the sessions, memberships and tokens of the user; what they made stays. */
  delete(context: ChangeContext, id: number): Promise<void>
  /** Of who asks: ends all other sessions. */
  changePassword(context: ChangeContext, by: Principal, change: PasswordChange): Promise<void>
}

export interface PasswordChange {
  readonly before: string
  readonly after: string
}

/** Named by the number of the user or by the e-mail address. */
export interface MemberUseCases {
  /** Also those who have a role on all projects. */
  list(projectId: number): Promise<readonly Member[]>
  set(
    context: ChangeContext,
    by: Principal,
    projectId: number,
    who: string,
    role: Role,
  ): Promise<Member>
  remove(context: ChangeContext, by: Principal, projectId: number, who: string): Promise<void>
}

export type LogIn =
  | { readonly kind: 'password'; readonly email: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: PresentedToken }

export interface LogInFrom {
  readonly requestId: string
  readonly address: string
  /** What the browser calls itself. */
  readonly agent: string
  /** The session that the browser has already, or had: what it was the cookie of. */
  readonly secret: string | undefined
}

export interface LoggedIn {
  readonly principal: Principal
  readonly session: Session
  /** For the cookie, and in this answer only. */
  readonly secret: string
}

export interface SessionUseCases {
  logIn(input: LogIn, from: LogInFrom): Promise<LoggedIn>
  /** Of who asks, newest first. */
  list(by: Principal): Promise<readonly Session[]>
  get(by: Principal, id: string): Promise<Session>
  /** The session that who asks came with ends; nothing happens when there is none. */
  logOut(context: ChangeContext, by: Principal): Promise<void>
  /** Only one of who asks. */
  end(context: ChangeContext, by: Principal, id: string): Promise<void>
}
