import { PublicError } from '../domain/errors.ts'

/** Runs a transaction that somebody asked for: a full disk refuses it, in words that say so. */
export async function refusedWhenFull<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    if (isFull(error)) throw new PublicError('storage_full')
    throw error
  }
}

/** Runs what can be done without, for reading goes on while the disk is full: then it is left undone. */
export async function skippedWhenFull(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isFull(error)) throw error
  }
}

function isFull(error: unknown): boolean {
  return (error as { code?: string }).code === 'SQLITE_FULL'
}
