import type { ErrorCode } from '../domain/errors.ts'

const codes = new WeakMap<object, ErrorCode>()

/** A connection was ended with this answer, past the response of the call that it carried. */
export function noteLastWord(socket: object, code: ErrorCode): void {
  codes.set(socket, code)
}

/** Undefined when it just ended. */
export function lastWordOn(socket: object): ErrorCode | undefined {
  return codes.get(socket)
}
