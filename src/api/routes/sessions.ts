import type { LogIn as LogInInput } from '../../control/operators.ts'
import { PublicError } from '../../domain/errors.ts'
import type { Principal } from '../../domain/principal.ts'
import { parseToken, TOKEN_PATTERN } from '../../domain/token.ts'
import { requirePrincipal } from '../auth.ts'
import type { Routes } from '../deps.ts'
import { changesSilently, marks, reads } from '../operation.ts'
import { meWire, sessionWire } from '../operator-wire.ts'
import { ref } from '../schemas/helpers.ts'
import { LogIn, type LogInBody, Me, SessionList, SessionParams } from '../schemas/sessions.ts'
import { ChangePassword } from '../schemas/users.ts'
import {
  clearSessionCookie,
  refuseOtherPages,
  sessionSecretOf,
  setSessionCookie,
} from '../session-cookie.ts'

const tags = ['operators']
const NO_BODY = { status: 204, body: null }

/** Signing in and out in a browser. */
export const logInRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const logIn = {
      operationId: 'LogInHandler.post',
      summary: 'Log in with e-mail address and password, or with an API token: answers a cookie',
      tags,
    }
    app.post(
      '/auth/login',
      { schema: { ...marks(logIn, Me, ['too_many_log_ins']), body: ref(LogIn) } },
      async (request, reply) => {
        refuseOtherPages(request)
        const { principal, session, secret } = await control.sessions.logIn(inputOf(request.body), {
          requestId: request.id,
          address: request.ip,
          agent: request.headers['user-agent'] ?? '',
          secret: sessionSecretOf(request),
        })
        request.principal = principal
        setSessionCookie(reply, secret, session.endMs)
        return meWire(principal, session)
      },
    )

    const logOut = {
      operationId: 'LogOutHandler.post',
      summary: 'Log out: ends the session of the cookie',
      tags,
    }
    app.post('/auth/logout', { schema: changesSilently(logOut) }, async (request, reply) => {
      await idempotency.change(
        request,
        () => NO_BODY,
        (context) => control.sessions.logOut(context, requirePrincipal(request)),
      )
      clearSessionCookie(reply)
      return reply.code(204).send()
    })
    done()
  }

/** Who asks, and by which sessions. */
export const sessionRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const me = { operationId: 'MeHandler.get', summary: 'Who asks, and with which roles', tags }
    app.get('/v1/me', { schema: reads(me, Me) }, async (request) => {
      const by = requirePrincipal(request)
      const { sessionId } = by
      const session = sessionId === null ? undefined : await control.sessions.get(by, sessionId)
      return meWire(by, session)
    })

    const password = {
      operationId: 'MyPasswordHandler.post',
      summary: 'Change the own password: ends all other sessions',
      tags,
    }
    app.post(
      '/v1/me/password',
      {
        schema: {
          ...changesSilently(password, {}, ['too_many_log_ins']),
          body: ref(ChangePassword),
        },
      },
      async (request, reply) => {
        const { old_password: before, new_password: after } = request.body
        await idempotency.change(
          request,
          () => NO_BODY,
          (context) =>
            control.users.changePassword(context, requirePrincipal(request), { before, after }),
        )
        return reply.code(204).send()
      },
    )

    const list = { operationId: 'SessionsHandler.get', summary: 'List own sessions', tags }
    app.get('/v1/sessions', { schema: reads(list, SessionList) }, async (request) => {
      const by: Principal = requirePrincipal(request)
      const sessions = await control.sessions.list(by)
      const results = sessions.map((session) => sessionWire(session, by.sessionId))
      return { count: results.length, results }
    })

    const end = { operationId: 'SessionHandler.delete', summary: 'End an own session', tags }
    app.delete(
      '/v1/sessions/:session_id',
      { schema: { ...changesSilently(end), params: SessionParams } },
      async (request, reply) => {
        await idempotency.change(
          request,
          () => NO_BODY,
          (context) =>
            control.sessions.end(context, requirePrincipal(request), request.params.session_id),
        )
        return reply.code(204).send()
      },
    )
    done()
  }

function inputOf({ email, password, token }: LogInBody): LogInInput {
  if (token !== undefined && email === undefined && password === undefined) {
    const presented = parseToken(token)
    if (presented === undefined) throw wrongBody('token', `must be ${TOKEN_PATTERN}`)
    return { kind: 'token', token: presented }
  }
  if (token !== undefined) throw wrongBody('token', 'must not come with an address or a password')
  if (email === undefined) throw wrongBody('email', 'is required')
  if (password === undefined) throw wrongBody('password', 'is required')
  return { kind: 'password', email, password }
}

function wrongBody(field: string, message: string): PublicError {
  return new PublicError('invalid_body', `${field} ${message}.`, [{ field, message }])
}
