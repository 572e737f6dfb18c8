import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { output } from './commands.ts'

/** What one run of wrk saw. */
export interface Load {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

export interface LoadOptions {
  readonly url: string
  /** Made by {@link writeWrkScript}. */
  readonly script: string
  readonly core: number
  readonly seconds: number
  readonly connections: number
}

/**
 * A script that sends the key and prints the numbers as JSON. In a file, because a secret in the
 * arguments could be read by every user of the machine.
 */
export function writeWrkScript(folder: string, secret: string): string {
  const file = join(folder, 'wrk.lua')
  writeFileSync(file, wrkScript(secret), { mode: 0o600 })
  return file
}

/** @throws Error when an answer was not 2xx or a connection failed */
export async function runWrk(options: LoadOptions): Promise<Load> {
  const { url, script, core, seconds, connections } = options
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]
  return parseWrk(await output('taskset', ['-c', String(core), ...wrk]))
}

export function parseWrk(text: string): Load {
  const line = text.split('\n').find((candidate) => candidate.startsWith('{"requests"'))
  if (line === undefined) throw new Error(`wrk printed no numbers: ${text.slice(0, 500)}`)
  const numbers = JSON.parse(line) as Record<string, number>
  if (numbers.errors !== 0 || !(numbers.requests! > 0)) {
    throw new Error(`wrk: ${numbers.errors} failures among ${numbers.requests} requests`)
  }
  return {
    requests: numbers.requests!,
    requestsPerSecond: numbers.requests! / (numbers.durationUs! / 1e6),
    p50Us: numbers.p50Us!,
    p99Us: numbers.p99Us!,
  }
}

// Only `done`: a script with `request` or `response` would make wrk itself the slower side.
function wrkScript(secret: string): string {
  return `wrk.headers["X-API-Key"] = "${secret}"
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"durationUs":%d,"errors":%d,"p50Us":%.1f,"p99Us":%.1f}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`
}
