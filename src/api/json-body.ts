import { PublicError } from '../domain/errors.ts'

const DEPTH_MAX = 16
/** The largest body that makes sense has a few thousand members; a bound keeps validation cheap. */
const MEMBERS_MAX = 20_000

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * A request body as a value. Refuses, beside bad JSON, what no field may hold in any route: text that
 * is not well-formed Unicode, NUL (no database or environment keeps it), `__proto__` as a name, and
 * bodies that are nested or split too far.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    // The parser's own message quotes the body, which may hold a secret.
    throw new PublicError('invalid_json')
  }
  refuseOddities(value)
  return value
}

/** A compressed body would otherwise be told that it is not JSON. */
export function refuseEncodedBody(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new PublicError(
    'unsupported_media_type',
    'The request body must be sent as it is, without Content-Encoding.',
  )
}

interface Visit {
  readonly value: unknown
  readonly path: string
  readonly depth: number
}

/** With a stack of its own: a recursion could be driven to its end by the body. */
function refuseOddities(body: unknown): void {
  const stack: Visit[] = [{ value: body, path: '', depth: 0 }]
  let members = 0
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { value, path, depth } = visit
    if (typeof value === 'string') refuseOddText(value, path)
    if (typeof value !== 'object' || value === null) continue
    if (depth >= DEPTH_MAX) throw refusal(path, `is nested deeper than ${DEPTH_MAX} levels`)
    for (const [name, member] of Object.entries(value)) {
      members += 1
      if (members > MEMBERS_MAX) throw refusal('', `has more than ${MEMBERS_MAX} members`)
      if (name === '__proto__') throw refusal(join(path, name), 'is not a known field')
      refuseOddText(name, path)
      stack.push({ value: member, path: join(path, name), depth: depth + 1 })
    }
  }
}

function refuseOddText(text: string, path: string): void {
  if (!text.isWellFormed()) throw refusal(path, 'must be well-formed Unicode')
  if (text.includes('\0')) throw refusal(path, 'must not hold the NUL character')
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function refusal(field: string, message: string): PublicError {
  const subject = field === '' ? 'The request body' : field.slice(0, 200)
  return new PublicError('invalid_body', `${subject} ${message}.`, [{ field, message }])
}
