import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file so that a reader, or a start after a power cut, sees the old content or the new,
 * never a part: written beside it, synced, renamed, and the folder synced.
 */
export function replaceFile(path: string, content: string | Iterable<string>, mode = 0o600): void {
  const beside = `${path}.${process.pid}.tmp`
  try {
    const fd = openSync(beside, 'w', mode)
    try {
      for (const part of typeof content === 'string' ? [content] : content) {
        writeFully(fd, Buffer.from(part))
      }
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** A disk that fills up takes a part without an error; only the next write fails. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}

/** Makes a rename or a creation inside the folder durable. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
