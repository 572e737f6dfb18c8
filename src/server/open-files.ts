import { readFileSync } from 'node:fs'

/** What is left of the open files for instances, logs and the node's own copy: a quarter, and no fewer than these. */
const LEFT_SHARE = 0.25
const LEFT_MIN = 128

/** As many of `max` connections as fit into the files that this process may have open. */
export function connectionsThatFit(max: number, openFilesMax = readOpenFilesMax()): number {
  if (openFilesMax === Number.POSITIVE_INFINITY) return max
  const left = Math.max(LEFT_MIN, Math.ceil(openFilesMax * LEFT_SHARE))
  return Math.max(1, Math.min(max, openFilesMax - left))
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
