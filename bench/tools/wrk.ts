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

/** A request of a tour: which path with which key. */
export interface Target {
  readonly path: string
  readonly secret: string
}

/**
 * A script that sends the key and prints the numbers as JSON. In a file, because a secret in the
 * arguments could be read by every user of the machine.
 */
export function writeWrkScript(folder: string, secret: string): string {
  const file = join(folder, 'wrk.lua')
  // Nothing to run for each request: that would make wrk itself the slower side.
  writeFileSync(file, `wrk.headers["X-API-Key"] = "${secret}"\n${DONE}`, { mode: 0o600 })
  return file
}

/** As {@link writeWrkScript}, with another target for each request, in turn. It makes wrk slower. */
export function writeWrkTour(folder: string, targets: readonly Target[]): string {
  const list = join(folder, 'targets')
  const lines = targets.map(({ path, secret }) => `${path} ${secret}\n`)
  writeFileSync(list, lines.join(''), { mode: 0o600 })
  const file = join(folder, 'tour.lua')
  writeFileSync(file, tourScript(list) + DONE, { mode: 0o600 })
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

const DONE = `function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"durationUs":%d,"errors":%d,"p50Us":%.1f,"p99Us":%.1f}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`

function tourScript(list: string): string {
  return `local requests = {}
local at = 0
function init(args)
  for line in io.lines(${JSON.stringify(list)}) do
    local path, key = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("GET", path, { ["X-API-Key"] = key })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`
}
