import { labelled, type MetricPart } from './metric-parts.ts'

/** @param name - Of this process, as the label `process` says it. */
export function* processParts(name: string): Generator<MetricPart> {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  yield labelled('processCpu', [[[name], (user + system) / 1e6]])
  yield labelled('processMemory', [[[name], rss]])
  yield labelled('processStart', [[[name], Math.round(performance.timeOrigin) / 1000]])
  yield labelled('heapUsed', [[[name], heapUsed]])
  const activeMs = performance.eventLoopUtilization().active
  yield labelled('loopActive', [[[name, 'main'], activeMs / 1000]])
}
