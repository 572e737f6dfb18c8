import { type Send, segments } from './http.ts'
import type {
  ChangePasswordSerializer,
  LogInSerializer,
  MeSerializer,
  SessionListSerializer,
} from './types.ts'

/** Of who asks. `iam` sends below `/iam`. */
export function sessionCalls(send: Send, iam: Send) {
  return {
    list: () => send<SessionListSerializer>('GET', '/sessions'),
    end: (id: string) => send<undefined>('DELETE', segments('sessions', id)),
    /** The answer sets a cookie: only browsers keep it. */
    logIn: (body: LogInSerializer) => iam<MeSerializer>('POST', '/auth/login', { body }),
    logOut: () => iam<undefined>('POST', '/auth/logout'),
  }
}

export function meCalls(send: Send) {
  return {
    get: () => send<MeSerializer>('GET', '/me'),
    /** Ends all other sessions. */
    changePassword: (body: ChangePasswordSerializer) =>
      send<undefined>('POST', '/me/password', { body }),
  }
}
