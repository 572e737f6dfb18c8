import { isChangedMeanwhile, withEditTag } from '../client/edit-tag.ts'
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
    const now = await withEditTag(steps.read)
    try {
      return await steps.change(now.value, { ifMatch: now.tag })
    } catch (error) {
      if (!isChangedMeanwhile(error) || tries === TRIES_MAX) throw error
    }
  }
}
