import { ApiError } from '../../../src/client/errors.ts'

/**
 * What the server said of the fields of a form, by their names, as sentences: `notice_emails.0` belongs to
 * `notice_emails`.
 */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.fields.map(({ field, message }) => [field.split('.')[0]!, asSentence(message)]),
  )
}

/** The error, unless all of it stands at these fields already. */
export function elsewhere(error: unknown, fields: readonly string[]): unknown {
  const named = Object.keys(fieldErrorsOf(error))
  return named.length > 0 && named.every((field) => fields.includes(field)) ? null : error
}

function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
