import { useRef } from 'react'
import { ApiError } from '../../../src/client/errors.ts'

/**
 * An `Idempotency-Key` for what a form makes: trying again the very same after no answer came makes it
 * once; anything else, and what was refused, is tried anew.
 */
export function useChangeKey() {
  const last = useRef({ body: '', key: '' })
  return {
    keyFor(body: unknown): string {
      const text = JSON.stringify(body)
      if (last.current.key === '' || last.current.body !== text) {
        last.current = { body: text, key: newChangeKey() }
      }
      return last.current.key
    },
    /** To be told of each end. */
    ended(error?: unknown): void {
      const isOpen = error !== undefined && !isRefusal(error)
      if (!isOpen) last.current = { body: '', key: '' }
    },
  }
}

/** That the first try is still at work refuses nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.code !== 'idempotency_in_progress'
}

/** `randomUUID` is missing where the page came over plain HTTP. */
function newChangeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
