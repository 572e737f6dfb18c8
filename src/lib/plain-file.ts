import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants
// Undefined on systems that have no such thing.
const FLAGS = O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOFOLLOW ?? 0)

/**
 * Up to `bytes` bytes at `offset` of a file that somebody else could have replaced: undefined when it
 * cannot be read or is no plain file. A pipe in its place would make any other read wait for ever.
 */
export function readPlainFile(path: string, offset: number, bytes: number): Buffer | undefined {
  let fd: number
  try {
    fd = openSync(path, FLAGS)
  } catch {
    // Gone, or a link, or not to be read: all the same to the caller.
    return undefined
  }
  try {
    if (!fstatSync(fd).isFile()) return undefined
    const buffer = Buffer.alloc(bytes)
    return buffer.subarray(0, readSync(fd, buffer, 0, bytes, offset))
  } finally {
    closeSync(fd)
  }
}
