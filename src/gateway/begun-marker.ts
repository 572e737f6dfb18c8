import { closeSync, openSync, readSync } from 'node:fs'

/**
 * The id of the newest request of this thread that the instance's handler was given, from the
 * instance's marker file: one u32 LE per gateway thread. 0 before the first. Undefined when the file
 * is gone: the instance has ended, and the engine's message tells the same.
 */
export function readBegunId(path: string, threadIndex: number): number | undefined {
  const bytes = Buffer.alloc(4)
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return readSync(fd, bytes, 0, 4, 4 * threadIndex) === 4 ? bytes.readUInt32LE(0) : 0
  } finally {
    closeSync(fd)
  }
}

/** Whether `id` was given out after `other`. Ids count up and wrap at 32 bits. */
export function isNewerId(id: number, other: number): boolean {
  return ((id - other) | 0) > 0
}
