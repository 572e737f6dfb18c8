import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Route } from '../domain/routes.ts'
import type { TestCall, TestOutcome } from '../domain/test-call.ts'
import { createServer } from '../lib/http.ts'
import type { Logger } from '../observability/logger.ts'
import type { MetricPart } from '../observability/metric-parts.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { HubCalls } from './hub-calls.ts'
import { HubMetrics } from './hub-metrics.ts'
import { followMerged, mergePages } from './log-merge.ts'
import type { FollowedLogs, LogCursor, LogLine, LogQuery } from './log-query.ts'
import { NodeClient } from './node-client.ts'
import type { NodeTests } from './node-tests.ts'
import type {
  FeedSource,
  InstanceCounts,
  KnownNode,
  Nodes,
  Propagation,
  RevisionStanding,
  RevisionState,
  TryOutcome,
} from './nodes.ts'
import { type FeedMessage, HEARTBEAT_MS } from './protocol.ts'
import { feedLine, SnapshotSender, taken } from './snapshot-sender.ts'
import { parseDelivery, type UsageDelivery } from './usage-delivery.ts'

/** Seldom: a query costs an idle server milliseconds. */
const LOOK_EVERY_MS = 5_000
/** Nodes tell that they are alive every five seconds; who is silent for longer is not asked. */
const SILENT_MS = 15_000

export interface HubOptions {
  readonly source: FeedSource
  readonly socketPath: string
  readonly logger: Logger
  /** Nodes that were connected when control last ran: they may serve already, so they count as live. */
  readonly knownNodes: readonly KnownNode[]
  /**
   * Called with the live nodes whenever they change, to be remembered for the next start: done when it
   * resolves.
   */
  onNodes(nodes: readonly KnownNode[]): Promise<void> | void
  /** Resolves when the usage is durable; the node sends it again when it rejects. */
  onUsage?(delivery: UsageDelivery): Promise<void>
  /** How often the store is asked for revisions that nobody announced. */
  readonly lookEveryMs?: number
  /** How long a node may take for a part of a snapshot. */
  readonly snapshotPatienceMs?: number
}

/** HTTP's Conflict: another process is connected by the name, or none. */
const NOT_THE_ONE = 409

interface ConnectedNode {
  readonly name: string
  /** Which process of the node it is. */
  readonly boot: string
  readonly client: NodeClient
  readonly response: ServerResponse
  sentRevision: number
  pumping: boolean
}

/** Control's end of the feed: sends every revision to every node and knows who has applied what. */
export class Hub implements Nodes, NodeTests {
  readonly #options: HubOptions
  readonly #server: Server
  readonly #acknowledgements: Acknowledgements
  readonly #metrics = new HubMetrics()
  /** The asynchronous calls of all nodes. */
  readonly calls = new HubCalls(
    (ask) => this.#askAll(ask),
    () => this.#liveliest()?.client,
  )
  readonly #snapshots: SnapshotSender
  readonly #pumps = new Set<Promise<void>>()
  readonly #connected = new Map<string, ConnectedNode>()
  readonly #heartbeat: NodeJS.Timeout
  readonly #lookout: NodeJS.Timeout
  #revision = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#snapshots = new SnapshotSender(options.source, options.snapshotPatienceMs)
    this.#acknowledgements = new Acknowledgements(options.knownNodes, options.onNodes)
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        options.logger.error({ err: error, path: request.url }, 'feed request failed')
        if (response.headersSent) response.destroy()
        else response.writeHead(500).end()
      })
    })
    this.#server.requestTimeout = 0
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS)
    this.#lookout = setInterval(() => this.#look(), options.lookEveryMs ?? LOOK_EVERY_MS)
  }

  async listen(): Promise<void> {
    mkdirSync(dirname(this.#options.socketPath), { recursive: true, mode: 0o700 })
    // A socket that a killed process left behind; the data directory's lock says that nobody listens.
    rmSync(this.#options.socketPath, { force: true })
    this.#revision = await this.#options.source.revision()
    this.#server.listen(this.#options.socketPath)
    await once(this.#server, 'listening')
  }

  /** Resolves when nothing more is read from the source. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat)
    clearInterval(this.#lookout)
    this.#acknowledgements.stop()
    for (const node of this.#connected.values()) node.response.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await Promise.all(this.#pumps)
  }

  announce(revision: number): void {
    this.#revision = Math.max(this.#revision, revision)
    for (const node of this.#connected.values()) this.#pump(node)
  }

  async applied(revision: number, timeoutMs: number): Promise<Propagation> {
    const startedAtMs = performance.now()
    const propagation = await this.#acknowledgements.wait(revision, timeoutMs)
    this.#metrics.propagated(propagation, performance.now() - startedAtMs)
    return propagation
  }

  /** Its numbers as they are now. */
  metrics(): Generator<MetricPart> {
    return this.#metrics.parts(this.#revision, this.#acknowledgements.standings())
  }

  standing(revision: number): RevisionStanding {
    const nodes = this.#acknowledgements.standings()
    return { revision, state: this.#stateOf(revision), nodes }
  }

  #stateOf(revision: number): RevisionState {
    if (this.#acknowledgements.laggards(revision).length === 0) return 'applied'
    // One that was not announced yet is about to be waited for.
    const isUnderWay = revision > this.#revision || this.#acknowledgements.isAwaited(revision)
    return isUnderWay ? 'pending' : 'lagging'
  }

  /** Resolves when a connected node has applied the revision, or after `timeoutMs`. */
  anyNode(timeoutMs: number, revision = 0): Promise<boolean> {
    return this.#acknowledgements.anyNode(timeoutMs, revision)
  }

  async status(): Promise<ReadonlyMap<string, InstanceCounts>> {
    const sums = new Map<string, InstanceCounts>()
    for (const counts of (await this.statusByNode()).values()) {
      for (const [functionId, own] of Object.entries(counts)) {
        sums.set(functionId, sumOf(sums.get(functionId), own))
      }
    }
    return sums
  }

  async statusByNode(): Promise<Map<string, Record<string, InstanceCounts>>> {
    const answers = await this.#askAll(
      async (client, name) => [name, await client.status()] as const,
    )
    return new Map(answers)
  }

  async logs(functionId: string, query: LogQuery): Promise<LogLine[]> {
    const pages = await this.#askAll((client) => client.logs(functionId, query))
    const named = pages.map((page, i) => ({ ...page, name: String(i) }))
    return mergePages(named, query.limit).map(({ line }) => line)
  }

  followLogs(
    functionId: string,
    query: LogQuery,
    cursor: LogCursor | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FollowedLogs> {
    const nodes = () => [...this.#connected.values()]
    const { logger } = this.#options
    return followMerged({ nodes, logger }, functionId, query, cursor, signal)
  }

  async tryVersion(route: Route): Promise<TryOutcome> {
    const node = this.#liveliest()
    if (node === undefined) return { kind: 'no-node' }
    try {
      return await node.client.tryVersion(route)
    } catch (error) {
      this.#options.logger.warn({ err: error, node: node.name }, 'node did not try the version')
      return { kind: 'no-node' }
    }
  }

  async test(test: TestCall, signal: AbortSignal): Promise<TestOutcome> {
    const node = this.#liveliest()
    if (node === undefined) return { kind: 'no-node' }
    try {
      return await node.client.test(test, signal)
    } catch (error) {
      if (signal.aborted) return { kind: 'interrupted' }
      this.#options.logger.warn({ err: error, node: node.name }, 'node did not answer a test call')
      return { kind: 'interrupted' }
    }
  }

  /** One that is stopped would keep whoever asks it waiting. */
  #speaking(): ConnectedNode[] {
    const silentMs = this.#silences()
    return [...this.#connected.values()].filter(({ name }) => silentMs.get(name)! < SILENT_MS)
  }

  /** The one that was heard last. */
  #liveliest(): ConnectedNode | undefined {
    const silentMs = this.#silences()
    const nodes = [...this.#connected.values()]
    return nodes.sort((a, b) => silentMs.get(a.name)! - silentMs.get(b.name)!)[0]
  }

  #silences(): Map<string, number> {
    const standings = this.#acknowledgements.standings()
    return new Map(
      standings.map(({ name, silentMs = Number.POSITIVE_INFINITY }) => [name, silentMs]),
    )
  }

  /** What each reachable node answers; one that does not answer is left out and logged. */
  async #askAll<T>(ask: (client: NodeClient, name: string) => Promise<T>): Promise<T[]> {
    const nodes = this.#speaking()
    const settled = await Promise.allSettled(nodes.map((node) => ask(node.client, node.name)))
    return settled.flatMap((outcome, i) => {
      if (outcome.status === 'fulfilled') return [outcome.value]
      this.#options.logger.warn(
        { err: outcome.reason, node: nodes[i]!.name },
        'node did not answer',
      )
      return []
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://control')
    if (request.method === 'GET' && url.pathname === '/v1/feed') {
      return this.#connect(url.searchParams, response)
    }
    if (request.method === 'POST' && url.pathname === '/v1/applied') {
      const body = (await json(request)) as { node: string; boot: string; revision: number }
      // Its time runs on with what it is told: so only one that changes wait for may be told.
      if (this.#connected.get(body.node)?.boot !== body.boot) {
        response.writeHead(NOT_THE_ONE).end()
        return
      }
      this.#acknowledgements.report(body.node, body.revision)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ revision: this.#revision }))
      return
    }
    if (request.method === 'POST' && url.pathname === '/v1/goodbye') {
      const body = (await json(request)) as { node: string; boot: string }
      this.#acknowledgements.leave(body.node, body.boot)
      response.writeHead(204).end()
      return
    }
    if (request.method === 'POST' && url.pathname === '/v1/usage') {
      const delivery = parseDelivery(await json(request))
      if (delivery !== undefined) await this.#options.onUsage?.(delivery)
      response.writeHead(delivery === undefined ? 400 : 204).end()
      return
    }
    response.writeHead(404).end()
  }

  async #connect(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const name = query.get('node') ?? ''
    const boot = query.get('boot') ?? ''
    const revision = Number(query.get('revision') ?? 'NaN')
    const staleAfterMs = Number(query.get('stale_after_ms') ?? 0)
    if (name === '' || ![revision, staleAfterMs].every(Number.isSafeInteger)) {
      response.writeHead(400).end()
      return
    }
    const before = this.#connected.get(name)
    if (before !== undefined && before.boot !== boot && !before.response.destroyed) {
      response.writeHead(NOT_THE_ONE).end()
      return
    }
    before?.response.destroy()
    const node: ConnectedNode = {
      name,
      boot,
      client: new NodeClient(query.get('address') ?? ''),
      response,
      sentRevision: revision,
      // Nothing is sent before its name is kept.
      pumping: true,
    }
    this.#connected.set(name, node)
    response.on('close', () => {
      if (this.#connected.get(name) !== node) return
      this.#connected.delete(name)
      this.#acknowledgements.lose(name)
      this.#options.logger.info({ node: name }, 'node disconnected')
    })
    await this.#acknowledgements.join({ name, boot, revision, staleAfterMs })
    if (response.destroyed) return
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    this.#options.logger.info({ node: name, revision }, 'node connected')
    node.pumping = false
    this.#pump(node, true)
  }

  /** Sends what the node lacks, one sender per node, until it has the newest revision. */
  #pump(node: ConnectedNode, greet = false): void {
    if (node.pumping) return
    node.pumping = true
    const pump = this.#sendMissing(node, greet)
      .catch((error) => {
        this.#options.logger.error({ err: error, node: node.name }, 'feed broke off')
        node.response.destroy()
      })
      .finally(() => {
        node.pumping = false
        this.#pumps.delete(pump)
        if (node.sentRevision < this.#revision && !node.response.destroyed) this.#pump(node)
      })
    this.#pumps.add(pump)
  }

  async #sendMissing(node: ConnectedNode, greet: boolean): Promise<void> {
    if (greet) {
      const newest = await this.#options.source.revision()
      this.#revision = Math.max(this.#revision, newest)
      // A node ahead of the store has seen another history: it gets everything anew.
      if (node.sentRevision === 0 || node.sentRevision > newest) await this.#sendSnapshot(node)
    }
    while (node.sentRevision < this.#revision && !node.response.destroyed) {
      const change = await this.#options.source.changesSince(node.sentRevision)
      if (change === undefined) {
        await this.#sendSnapshot(node)
      } else {
        await send(node, { type: 'change', change })
        node.sentRevision = change.revision
      }
    }
    // Tells a node that had everything already that it is up to date.
    if (greet) await send(node, { type: 'heartbeat', revision: node.sentRevision })
  }

  async #sendSnapshot(node: ConnectedNode): Promise<void> {
    const outcome = await this.#snapshots.send(node.response)
    if (outcome.kind === 'sent') node.sentRevision = outcome.revision
    if (outcome.kind !== 'slow') return
    this.#options.logger.warn(
      { node: node.name },
      'node does not take the snapshot that it is sent; it is disconnected and has to ask again',
    )
    node.response.destroy()
  }

  /** What was committed without being announced: by another control process, or as no use case. */
  #look(): void {
    this.#options.source.revision().then(
      (newest) => {
        if (newest > this.#revision) this.announce(newest)
      },
      (error) => this.#options.logger.warn({ err: error }, 'the newest revision is not known'),
    )
  }

  #beat(): void {
    for (const node of this.#connected.values()) {
      if (node.pumping) continue
      node.response.write(feedLine({ type: 'heartbeat', revision: node.sentRevision }))
    }
  }
}

async function send({ response }: ConnectedNode, message: FeedMessage): Promise<void> {
  if (response.destroyed) return
  response.write(feedLine(message))
  await taken(response)
}

function sumOf(a: InstanceCounts | undefined, b: InstanceCounts): InstanceCounts {
  if (a === undefined) return b
  const failures = [a.lastFailure, b.lastFailure].filter((failure) => failure !== undefined)
  const [lastFailure] = failures.sort((x, y) => y.atMs - x.atMs)
  const counts = { total: a.total + b.total, ready: a.ready + b.ready }
  return lastFailure === undefined ? counts : { ...counts, lastFailure }
}
