import { readFileSync } from 'node:fs'

/** What callers leave of the open files for instances, logs and the node's own copy. */
const SHARE_OF_CALLERS = 0.75

/** As many of `max` connections as fit into the files that this process may have open. */
export function connectionsThatFit(max: number, openFilesMax = readOpenFilesMax()): number {
  return Math.max(1, Math.min(max, Math.floor(openFilesMax * SHARE_OF_CALLERS)))
}

/** Infinity where the system does not tell: it has no file with the limits, or they are unlimited. */
function readOpenFilesMax(): number {
  let limits: string
  try {
    limits = readFileSync('/proc/self/limits', 'latin1')
  } catch {
    return Number.POSITIVE_INFINITY
  }
  // Node raises the first of the two numbers, the one in force, as far as the second one lets it.
  const [, files] = /^Max open files +(\d+) /m.exec(limits) ?? []
  return files === undefined ? Number.POSITIVE_INFINITY : Number(files)
}
