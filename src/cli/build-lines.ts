import { ApiError, UnreachableError } from '../client/errors.ts'
import { type FunctionName, formatFunctionName } from '../domain/names.ts'
import type { Progress } from './progress.ts'
import type { Session } from './session.ts'

/** A build's last line is often the sentence that the command ends with: it waits so long for that. */
const HOLD_MS = 300
const TRIES = 3

/**
 * Prints the lines of a function's newest build as they come, until it ends.
 * @returns undefined when the server does not tell; else the last line, which is not printed yet
 */
export async function followBuild(
  session: Session,
  name: FunctionName,
  progress: Progress,
): Promise<LastLine | undefined> {
  const last = new LastLine(progress)
  let lastEventId: string | undefined
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const options = lastEventId === undefined ? {} : { lastEventId }
      for await (const event of session.client.functions.followBuild(
        session.scope,
        name,
        options,
      )) {
        if (event.event === 'end') return last
        if (event.event === 'status') {
          if (event.data === 'succeeded') last.print()
          progress.update(`${formatFunctionName(name)}: ${event.data} …`)
        }
        if (event.event !== 'line') continue
        lastEventId = event.id
        last.set(event.data)
      }
    } catch (error) {
      // Lines are a courtesy: the task's own end tells whether it went well.
      if (error instanceof ApiError) break
      if (!(error instanceof UnreachableError)) throw error
    }
  }
  last.print()
  return undefined
}

/** A line that is printed when the next one comes, or when none does for a moment. */
export class LastLine {
  readonly #progress: Progress
  #text: string | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(progress: Progress) {
    this.#progress = progress
  }

  set(text: string): void {
    this.print()
    this.#text = text
    this.#timer = setTimeout(() => this.print(), HOLD_MS)
  }

  /** @param except - A line that the caller says itself. */
  print(except?: string): void {
    clearTimeout(this.#timer)
    if (this.#text !== undefined && this.#text !== except) this.#progress.log(this.#text)
    this.#text = undefined
  }
}
