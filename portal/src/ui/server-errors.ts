import { ApiError } from '../../../src/client/errors.ts'

export interface FieldNames {
  /** The form's name for a field of the API, `expire: 'expiry.at'`; the same when absent. */
  readonly [apiField: string]: string
}

/**
 * The server's refusals at the fields of a form that they name.
 *
 * @returns `rest` is what is left for the form as a whole: null when there is none, or each has its place.
 */
export function serverErrors(error: unknown, known: readonly string[], names: FieldNames = {}) {
  const placed: Record<string, string> = {}
  if (!(error instanceof ApiError) || error.fields.length === 0) return { placed, rest: error }
  let isAllPlaced = true
  for (const { field, message } of error.fields) {
    const name = placeOf(field, known, names)
    if (name === undefined) isAllPlaced = false
    else placed[name] ??= sentence(message)
  }
  return { placed, rest: isAllPlaced ? null : error }
}

/** `functions.0.name` and `functions[0]` stand at `functions` when the form has nothing finer. */
function placeOf(field: string, known: readonly string[], names: FieldNames): string | undefined {
  let path = field
  for (;;) {
    const name = names[path] ?? path
    if (known.includes(name)) return name
    const end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), path.lastIndexOf('/'))
    if (end <= 0) return undefined
    path = path.slice(0, end)
  }
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
