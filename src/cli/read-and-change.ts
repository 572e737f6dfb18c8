import { ApiError } from '../client/errors.ts'
import type { BoundOptions } from '../client/keys.ts'

/** Where others change the same. */
const TRIES_MAX = 10

interface Steps<Read, Answer> {
  /** To be sent with `onHeaders`, which takes the ETag. */
  read(onHeaders: (headers: Headers) => void): Promise<Read>
  change(now: Read, options: Pick<BoundOptions, 'ifMatch'>): Promise<Answer>
}

/**
 * For what the API replaces as a whole: read, changed and sent, again until nobody else was faster.
 * @throws ApiError `changed_meanwhile` when somebody else was each time.
 */
export async function readAndChange<Read, Answer>(steps: Steps<Read, Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    let ifMatch: string | undefined
    const now = await steps.read((headers) => {
      ifMatch = headers.get('etag') ?? undefined
    })
    try {
      return await steps.change(now, { ifMatch })
    } catch (error) {
      const isLate = error instanceof ApiError && error.code === 'changed_meanwhile'
      if (!isLate || tries === TRIES_MAX) throw error
    }
  }
}
