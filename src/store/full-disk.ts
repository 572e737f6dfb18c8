import { PublicError } from '../domain/errors.ts'

/** Runs a transaction that somebody asked for: a full disk refuses it, in words that say so. */
export async function refusedWhenFull<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_FULL') throw new PublicError('storage_full')
    throw error
  }
}
