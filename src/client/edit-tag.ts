import { ApiError } from './errors.ts'

export interface Tagged<T> {
  readonly value: T
  /** What `ifMatch` of a change takes; undefined where none was told. */
  readonly tag: string | undefined
}

/** @param ask - Sends a request with what it is given as `onHeaders`. */
export async function withEditTag<T>(
  ask: (onHeaders: (headers: Headers) => void) => Promise<T>,
): Promise<Tagged<T>> {
  let tag: string | undefined
  const value = await ask((headers) => {
    tag = headers.get('etag') ?? undefined
  })
  return { value, tag }
}

/** Whether a change was refused because what it was bound to by `ifMatch` is another by now. */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'changed_meanwhile'
}
