import { constants } from 'node:os'

/** Why an instance ended, as metrics say it. */
export const END_REASONS = [
  'idle',
  'replaced',
  'drained',
  'overdue',
  'hung',
  'server-stopped',
  'start-failed',
  'out-of-memory',
  'crashed',
] as const
export type EndReason = (typeof END_REASONS)[number]

/** That an instance is to end: why, and in words for the function's log. */
export interface Order {
  readonly reason: EndReason
  readonly sentence: string
}

/** How an instance's process ended, in words for the function's log. */
export interface Ending {
  readonly reason: EndReason
  /** We had asked it to end. */
  readonly expected: boolean
  /** `exit code 3`, `signal SIGSEGV`, `out of memory: ...`. */
  readonly sentence: string
}

export function describeEnding(end: {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderrTail: string
  readonly memoryMb: number
  /** The kernel said so. */
  readonly wasOutOfMemory: boolean
  /** Why we ended it; undefined when we did not. */
  readonly ordered: Order | undefined
}): Ending {
  if (end.ordered !== undefined) return { expected: true, ...end.ordered }
  return { expected: false, ...unexpected(end) }
}

/** Words with which runtimes end themselves. */
const OUT_OF_MEMORY =
  /JavaScript heap out of memory|Allocation failed|Terminating due to java\.lang\.OutOfMemoryError|fatal error: (?:runtime: )?(?:out of memory|cannot allocate memory)/

function unexpected(end: {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderrTail: string
  readonly memoryMb: number
  /** The kernel said so. */
  readonly wasOutOfMemory: boolean
}): Order {
  const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`
  if (end.wasOutOfMemory || OUT_OF_MEMORY.test(end.stderrTail)) {
    const sentence = `out of memory: its flavor allows ${end.memoryMb} MB (${how})`
    return { reason: 'out-of-memory', sentence }
  }
  // Nobody here sent it, and the kernel's out-of-memory killer uses no other signal.
  if (end.signal === 'SIGKILL') {
    const sentence = `killed by the system, perhaps for want of memory (${how})`
    return { reason: 'crashed', sentence }
  }
  return { reason: 'crashed', sentence: how }
}

/** How a process inside ended, from how the one around it did: that of bubblewrap says it by its exit code. */
export function endInside(
  code: number | null,
  signal: NodeJS.Signals | null,
): { code: number | null; signal: NodeJS.Signals | null } {
  if (code === null || code <= SIGNALLED) return { code, signal }
  const name = Object.entries(constants.signals).find(([, number]) => number === code - SIGNALLED)
  return name === undefined ? { code, signal } : { code: null, signal: name[0] as NodeJS.Signals }
}

const SIGNALLED = 128

const ERROR_LINE = /^(?:Uncaught )?(\w*Error(?: \[\w+\])?: .+)$/m

/** The error that an instance died of while it was loading, from its stderr: `TypeError: x at handler.js:3`. */
export function loadErrorSentence(stderrTail: string, folder: string): string | undefined {
  const error = ERROR_LINE.exec(stderrTail)?.[1]
  if (error === undefined) return lastLine(stderrTail)
  const start = stderrTail.indexOf(`${folder}/`)
  const place = start < 0 ? null : /^[^\s:)]+:\d+/.exec(stderrTail.slice(start + folder.length + 1))
  return place === null ? error : `${error} at ${place[0]}`
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split('\n').at(-1)
  return line === undefined || line === '' ? undefined : line
}
