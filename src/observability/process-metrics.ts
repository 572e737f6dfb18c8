import { existsSync, readdirSync } from 'node:fs'
import { labelled, type MetricPart } from './metric-parts.ts'

/** @param name - Of this process, as the label `process` says it. */
export function* processParts(name: string): Generator<MetricPart> {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  yield labelled('processCpu', [[[name], (user + system) / 1e6]])
  yield labelled('processMemory', [[[name], rss]])
  yield labelled('processStart', [[[name], Math.round(performance.timeOrigin) / 1000]])
  yield labelled(
    'openFiles',
    openFiles().map((count) => [[name], count]),
  )
  yield labelled('heapUsed', [[[name], heapUsed]])
  const activeMs = performance.eventLoopUtilization().active
  yield labelled('loopActive', [[[name, 'main'], activeMs / 1000]])
}

const OPEN_FILES = '/proc/self/fd'

/** Their number, or nothing where it is not told. */
function openFiles(): number[] {
  return existsSync(OPEN_FILES) ? [readdirSync(OPEN_FILES).length] : []
}
