import { readPlainFile } from '../lib/plain-file.ts'

/**
 * The id of the newest request of this thread that the instance's handler was given, from the
 * instance's marker file: one u32 LE per gateway thread. 0 before the first. Undefined when the file
 * is gone: the instance has ended, of which the engine's message tells, or its function has removed it.
 */
export function readBegunId(path: string, threadIndex: number): number | undefined {
  const bytes = readPlainFile(path, 4 * threadIndex, 4)
  if (bytes === undefined) return undefined
  return bytes.length === 4 ? bytes.readUInt32LE(0) : 0
}

/** Whether `id` was given out after `other`. Ids count up and wrap at 32 bits. */
export function isNewerId(id: number, other: number): boolean {
  return ((id - other) | 0) > 0
}
