import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Removes the folder of an instance that has ended; why it could not, if so. What is in it was left by
 * a function: folders that may not be listed, and files that a child of it writes at this moment.
 */
export function removeInstanceFolder(folder: string): Error | undefined {
  try {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  } catch {
    // Once more, with the permissions that it takes.
  }
  try {
    openUp(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 })
    return undefined
  } catch (error) {
    return error as Error
  }
}

function openUp(folder: string): void {
  chmodSync(folder, 0o700)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openUp(join(folder, entry.name))
  }
}
