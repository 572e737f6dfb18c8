import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/** Four times as many as serve at most: those that were replaced finish what they have. */
export const GATEWAY_THREADS_AT_ONCE = 256
/** One u32 per gateway thread. */
const BYTES = GATEWAY_THREADS_AT_ONCE * 4

/**
 * The file in which an instance notes, per gateway thread, the request it has begun last. It
 * outlives the process, so what had begun is known however the process ended. Returns a descriptor
 * for the instance to inherit; ours stays open, because the code inside could remove the file.
 */
export function createMarker(path: string): number {
  const fd = openSync(path, 'wx+', 0o600)
  writeSync(fd, Buffer.alloc(BYTES))
  return fd
}

/** Reads and closes the marker: the last begun request id by thread index, 0 where none was. */
export function takeMarker(fd: number): (threadIndex: number) => number {
  const bytes = Buffer.alloc(BYTES)
  try {
    readSync(fd, bytes, 0, BYTES, 0)
  } finally {
    closeSync(fd)
  }
  return (threadIndex) => bytes.readUInt32LE(threadIndex * 4)
}
