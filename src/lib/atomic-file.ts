import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file so that a reader, or a start after a power cut, sees the old content or the new,
 * never a part: written beside it, synced, renamed, and the folder synced.
 */
export function replaceFile(path: string, content: string | Iterable<string>, mode = 0o600): void {
  const beside = `${path}.${process.pid}.tmp`
  const fd = openSync(beside, 'w', mode)
  try {
    for (const part of typeof content === 'string' ? [content] : content) writeSync(fd, part)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(beside, path)
  syncFolder(dirname(path))
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
