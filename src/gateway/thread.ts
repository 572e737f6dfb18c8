import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import type { ToGateway } from '../engine/messages.ts'
import { SlotTable } from '../engine/slots.ts'
import { SharedKeyTable } from '../key-table/reader.ts'
import { unreachable } from '../lib/assert.ts'
import { systemClock } from '../lib/clock.ts'
import { AccessLog } from './access-log.ts'
import { AsyncCalls } from './async-calls.ts'
import { authenticate } from './authenticate.ts'
import { CallsLink } from './calls-link.ts'
import { ConnectionCounts } from './connection-counts.ts'
import { Connections } from './connections.ts'
import { Dispatcher } from './dispatch.ts'
import { FirstUses } from './first-uses.ts'
import { Forwarding } from './forwarded.ts'
import { Gateway } from './gateway.ts'
import { createGatewayServer } from './http-server.ts'
import { RouteTable } from './route-table.ts'
import { Service } from './service.ts'
import { Tables } from './tables.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'
import { ThreadMetrics } from './thread-metrics.ts'
import { CallTracer } from './tracing.ts'
import { Trust } from './trust.ts'
import { UsageCounter } from './usage.ts'

/** How many callers may wait for a connection. */
const BACKLOG = 1024

/** One gateway thread: a worker whose data is a `ThreadData`. */
const data = workerData as ThreadData
const { index, limits, enginePort } = data
const forwarding = new Forwarding(data.trustedProxies)
const routes = new RouteTable()
const keys = new SharedKeyTable(data.initial.keys)
const metrics = new ThreadMetrics((counts) => send({ type: 'counted', counts }))
const usage = new UsageCounter({
  clock: systemClock,
  send: (batches) => send({ type: 'used', batches }),
})
const accessLog =
  data.accessLog &&
  new AccessLog(data.accessLog, (lines, count) => {
    parentPort!.postMessage({ type: 'lines', lines, count } satisfies FromThread, [lines.buffer])
  })
const tracer =
  data.tracing && new CallTracer(data.tracing, (records) => send({ type: 'traced', records }))

const callsLink = new CallsLink((message) => send({ type: 'calls', message }))

const firstUses = new FirstUses(systemClock, (use) => send({ type: 'first-use', use }))

const gateway: Gateway = new Gateway({
  limits,
  forwarding,
  domain: data.domain,
  routes,
  keys,
  clock: systemClock,
  trust: new Trust(data.trust),
  observers: [metrics.calls, usage, accessLog, tracer].filter((observer) => observer !== undefined),
  tracer,
  firstUses,
  asyncCalls:
    data.asyncCalls &&
    new AsyncCalls(data.asyncCalls, callsLink, (head, keyId, { functionId, method, target }) => {
      const namespaceId = routes.findFunction(functionId)?.namespaceId ?? ''
      const use = { functionId, namespaceId, method, target }
      const { verdict, key } = authenticate(keys, head, use, systemClock.now())
      return verdict === 'allowed' && keys.identity(key).id === keyId
    }),
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
callsLink.run = (run, done) => gateway.run(run, data.asyncCalls?.answerBytesMax ?? 0, done)
callsLink.test = (test, done) => gateway.test(test, done)
const tables = new Tables(routes, keys, dispatcher)
tables.load(data.initial)

const counts = new ConnectionCounts(data.connectionCounts)
const isTrustedProxy = (address: string) => forwarding.isTrusted(address)
const connections = new Connections({ limits, counts, isTrustedProxy })
const { server, door } = createGatewayServer(gateway, connections, data.tls)
metrics.watch(connections)
const service = new Service(server, {
  backlog: BACKLOG,
  onLeft: () => send({ type: 'left' }),
  onGraceOver: () => {
    gateway.gathering.shutDown()
    dispatcher.shutDown()
  },
  onEnd: () =>
    callsLink.whenIdle(() => {
      dispatcher.shutDown()
      end()
    }),
})
enginePort.on('message', (message: ToGateway) => dispatcher.onMessage(message))
parentPort!.on('message', (message: ToThread) => onMessage(message))

function onMessage(message: ToThread): void {
  if (message.type === 'calls') {
    callsLink.onMessage(message.message)
    return
  }
  gateway.changed()
  switch (message.type) {
    case 'listen':
      // What the engine has said until now comes first, so that the first calls find the instances connected.
      setImmediate(() => dispatcher.connected().then(listen))
      break
    case 'apply':
      tables.apply(message.change)
      send({ type: 'applied', ticket: message.ticket })
      break
    case 'load':
      tables.load(message.state)
      send({ type: 'applied', ticket: message.ticket })
      break
    case 'tls':
      door?.use(message.material)
      break
    case 'count':
      metrics.tell(() => send({ type: 'told', ticket: message.ticket }))
      break
    case 'leave':
      gateway.isStopping = true
      break
    case 'drain':
      gateway.isStopping = true
      service.drain(message.limitMs, message.graceMs)
      break
    case 'stop':
      gateway.isStopping = true
      service.stop(message.graceMs)
      // Calls that nobody waits for hold no connection open.
      setTimeout(() => dispatcher.shutDown(), message.graceMs).unref()
      break
    default:
      unreachable(message)
  }
}

function listen(): void {
  if (service.hasLeft) return
  let isListening = false
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (isListening) {
      log('error', { code: error.code }, 'a connection could not be accepted')
      return
    }
    send({ type: 'not-listening', code: error.code ?? 'UNKNOWN', message: error.message })
    end()
  })
  server.listen(data.listenOn, BACKLOG, () => {
    isListening = true
    send({ type: 'listening', port: (server.address() as AddressInfo).port })
  })
}

// Also after a mistake, so that what led to it is not lost.
process.on('exit', () => {
  accessLog?.flush()
  tracer?.flush()
})

/** With its ports closed nothing keeps the thread. */
function end(): void {
  usage.flush()
  accessLog?.flush()
  tracer?.flush()
  metrics.tellLast()
  enginePort.close()
  parentPort!.close()
}

function send(message: FromThread): void {
  parentPort!.postMessage(message)
}

function log(level: 'warn' | 'error', fields: Record<string, unknown>, message: string): void {
  send({ type: 'log', level, fields: { thread: index, ...fields }, message })
}
