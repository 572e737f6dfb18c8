import { ApiError, UnreachableError } from '../client/errors.ts'
import { type ExitName, exitCode } from './exit-codes.ts'
import { visible } from './visible.ts'

/** An end that the command expects: a sentence, and what to do next. */
export class Failure extends Error {
  readonly exit: ExitName
  readonly next: string | undefined

  constructor(exit: ExitName, message: string, next?: string) {
    super(message)
    this.name = 'Failure'
    this.exit = exit
    this.next = next
  }
}

export function usage(message: string, next?: string): Failure {
  return new Failure('usage', message, next)
}

export interface Explained {
  readonly exitCode: number
  /** For standard error, safe to print on a terminal. */
  readonly text: string
}

/** @param noun - The first word of the command, for a fitting next step. */
export function explain(error: unknown, noun: string): Explained {
  if (error instanceof Failure) {
    return { exitCode: exitCode(error.exit), text: sentence(error.message, [], error.next) }
  }
  if (error instanceof UnreachableError) {
    return { exitCode: exitCode('unreachable'), text: sentence(error.message, [], error.next) }
  }
  if (error instanceof ApiError) return explainRefusal(error, noun)
  // A mistake in this program: its place is worth more than a sentence.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { exitCode: exitCode('failed'), text: `error: ${text}\n` }
}

function explainRefusal(error: ApiError, noun: string): Explained {
  const details = error.fields.map(({ field, message }) => `${field || 'body'}: ${message}`)
  if (error.requestId !== undefined) details.push(`request id: ${error.requestId}`)
  const [exit, next] = nextStep(error, noun)
  return { exitCode: exitCode(exit), text: sentence(error.message, details, next) }
}

/** Where the status alone would say too little. */
const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  key_leaked: 'Make another with `latchkey key create`.',
  key_policy: 'See `latchkey key settings`.',
  rotation_under_way:
    'End it with `latchkey key rotation finish` or `cancel`, or replace it with `--replace`.',
  no_rotation: 'See how the key stands with `latchkey key get`.',
  changed_meanwhile: 'Others change it at the same time: look at what they do, and try again.',
  forbidden: 'See your roles with `latchkey whoami`; an owner can give you others.',
  new_secret_used: 'End the old one with `latchkey key rotation finish`, or cancel with `--force`.',
}

function nextStep(error: ApiError, noun: string): [ExitName, next?: string] {
  const ofCode = NEXT_BY_CODE[error.code]
  if (ofCode !== undefined) return ['failed', ofCode]
  const list = `\`latchkey ${noun} list\``
  switch (error.status) {
    case 401:
      return ['unauthorized', 'Log in with `latchkey login`, or set LATCHKEY_TOKEN.']
    case 404:
      return ['notFound', `See what there is with ${list}.`]
    case 409:
      return ['failed', `See what there is with ${list}, then choose another name or try again.`]
    default:
      return error.status >= 500 && error.requestId !== undefined
        ? ['failed', "Look for the request id in the server's log."]
        : ['failed']
  }
}

function sentence(message: string, details: readonly string[], next: string | undefined): string {
  const lines = [`error: ${visible(message, '\n')}`]
  for (const detail of details) lines.push(`  ${visible(detail)}`)
  if (next !== undefined) lines.push(`next: ${visible(next)}`)
  return `${lines.join('\n')}\n`
}
