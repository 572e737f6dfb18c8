import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import type { ToGateway } from '../engine/messages.ts'
import { SlotTable } from '../engine/slots.ts'
import { SharedKeyTable } from '../key-table/reader.ts'
import { unreachable } from '../lib/assert.ts'
import { systemClock } from '../lib/clock.ts'
import { Dispatcher } from './dispatch.ts'
import { Gateway } from './gateway.ts'
import { createGatewayServer } from './http-server.ts'
import { RouteTable } from './route-table.ts'
import { Tables } from './tables.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'
import { ThreadMetrics } from './thread-metrics.ts'

/** How long a caller may take to read why it was refused. */
const REFUSALS_MS = 250

/** One gateway thread: a worker whose data is a `ThreadData`. */
const data = workerData as ThreadData
const { index, limits, enginePort } = data
const routes = new RouteTable()
const keys = new SharedKeyTable(data.initial.keys)
const metrics = new ThreadMetrics((counts) => send({ type: 'counted', ticket: undefined, counts }))

const gateway: Gateway = new Gateway({
  limits,
  domain: data.domain,
  routes,
  keys,
  clock: systemClock,
  observers: [metrics.calls],
  onInternalError(error, requestId) {
    log('error', { requestId, stack: (error as Error).stack }, 'the gateway failed on a request')
  },
})
const dispatcher = new Dispatcher({
  threadIndex: index,
  slots: new SlotTable(data.slots),
  limits,
  clock: systemClock,
  toEngine: (message) => enginePort.postMessage(message),
  admit: (call) => gateway.admit(call),
  onInstanceHung(instanceId, reason) {
    log('warn', { instanceId, reason }, 'an instance hangs')
  },
})
gateway.dispatcher = dispatcher
const tables = new Tables(routes, keys, dispatcher)
tables.load(data.initial)

const server = createGatewayServer(gateway)
metrics.watch(server)
enginePort.on('message', (message: ToGateway) => dispatcher.onMessage(message))
parentPort!.on('message', (message: ToThread) => onMessage(message))
listen(server)

function onMessage(message: ToThread): void {
  switch (message.type) {
    case 'apply':
      tables.apply(message.change)
      send({ type: 'applied', ticket: message.ticket })
      break
    case 'load':
      tables.load(message.state)
      send({ type: 'applied', ticket: message.ticket })
      break
    case 'stale':
      gateway.isStale = message.stale
      break
    case 'count':
      send({ type: 'counted', ticket: message.ticket, counts: metrics.take() })
      break
    case 'stop':
      stop(message.graceMs)
      break
    default:
      unreachable(message)
  }
}

function listen(server: Server): void {
  let isListening = false
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (isListening) {
      log('error', { code: error.code }, 'a connection could not be accepted')
      return
    }
    send({ type: 'not-listening', code: error.code ?? 'UNKNOWN', message: error.message })
    end()
  })
  const { host, port, isShared } = data
  server.listen({ host, port, reusePort: isShared, backlog: 1024 }, () => {
    isListening = true
    send({ type: 'listening', port: (server.address() as AddressInfo).port })
  })
}

/** No new connections; what is in flight may end within the grace, each connection with its answer. */
function stop(graceMs: number): void {
  gateway.isStopping = true
  const timer = setTimeout(() => {
    dispatcher.shutDown()
    // The refusals are on their way out; a caller that does not read them is not waited for.
    setTimeout(() => server.closeAllConnections(), REFUSALS_MS).unref()
  }, graceMs)
  server.close(() => {
    clearTimeout(timer)
    dispatcher.shutDown()
    end()
  })
  server.closeIdleConnections()
}

/** With its ports closed nothing keeps the thread. */
function end(): void {
  send({ type: 'counted', ticket: undefined, counts: metrics.take() })
  enginePort.close()
  parentPort!.close()
}

function send(message: FromThread): void {
  parentPort!.postMessage(message)
}

function log(level: 'warn' | 'error', fields: Record<string, unknown>, message: string): void {
  send({ type: 'log', level, fields: { thread: index, ...fields }, message })
}
