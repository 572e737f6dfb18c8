import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Change } from '../domain/routes.ts'
import { KeyTableFullError } from '../key-table/arena.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import { JsonLines } from '../lib/json-lines.ts'
import { unixHttp, unixHttpJson } from '../lib/unix-http.ts'
import type { Logger } from '../observability/logger.ts'
import type { Lease } from './lease.ts'
import type { NodeState } from './nodes.ts'
import { type FeedMessage, LINE_BYTES_MAX, SILENCE_MS, SnapshotCollector } from './protocol.ts'
import type { Replica } from './replica.ts'

const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT = { firstMs: 50, longestMs: 1_000 }
/** Until a node has anything it serves nobody, and control, started at the same time, is soon there. */
const FIRST_CONNECT = { firstMs: 20, longestMs: 50 }
/** About as long as control takes to start on a busy machine. */
const FIRST_CONNECT_TRIES = 200
/** Control may see a moment later that the process before this one has ended. */
const NAME_TAKEN_TRIES = 5
/** Another node is connected by this one's name. */
const CONFLICT = 409

/** Where revisions take effect on a node: its gateway threads and its engine. */
export interface FeedSink {
  /** Everything anew, the keys in another table. */
  load(state: NodeState): Promise<void>
  apply(change: Change): Promise<void>
}

export interface FollowerOptions {
  readonly controlSocketPath: string
  readonly nodeName: string
  /** The socket at which control can ask this node. */
  readonly nodeSocketPath: string
  readonly replica: Replica
  readonly lease: Lease
  readonly clock: Clock
  readonly logger: Logger
}

/** What came of the first try: everything is here, control does not answer, or knows another node by this name. */
export type FirstOutcome = 'synced' | 'unreachable' | 'name-taken'

/** A data node's end of the feed: keeps the replica and the sink at control's newest revision. */
export class Follower {
  readonly #options: FollowerOptions
  /** Tells this process from others of the same name. */
  readonly #boot = randomUUID()
  readonly #sink = Promise.withResolvers<FeedSink>()
  readonly #firstSync = Promise.withResolvers<'synced'>()
  readonly #firstFailure = Promise.withResolvers<'unreachable' | 'name-taken'>()
  readonly #stopping = new AbortController()
  #stream: IncomingMessage | undefined
  #running: Promise<void> = Promise.resolve()
  #asking: NodeJS.Timeout | undefined
  #isAsking = false
  #namesTaken = 0
  #heardAtMs = Date.now()
  #heardRevision = 0
  #attempt = 0
  /** The newest revision that this connection has reported; -1 for none. */
  #reported = -1
  /** The newest revision that the sink has applied; -1 while there is none. */
  #applied = -1
  /** The sink has missed a revision that the replica has. */
  #isSinkBehind = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Starts to follow. */
  start(): void {
    const { lease } = this.#options
    this.#running = this.#run()
    this.#asking = setInterval(() => {
      lease.check()
      this.#askForNews()
    }, lease.periodMs)
  }

  /**
   * Resolves with `synced` when the replica has what control has, or as soon as it turned out that this
   * will not be so for now; following goes on.
   */
  firstOutcome(): Promise<FirstOutcome> {
    return Promise.race([this.#firstSync.promise, this.#firstFailure.promise])
  }

  /** Resolves when the replica has what control has. */
  synced(): Promise<'synced'> {
    return this.#firstSync.promise
  }

  /** From here on revisions are given to the sink, and acknowledged once it has applied them. */
  attach(sink: FeedSink): void {
    this.#sink.resolve(sink)
  }

  get isConnected(): boolean {
    return this.#stream !== undefined && !this.#stream.destroyed
  }

  /** The newest revision that control has told of; 0 when it has not yet. */
  get heardRevision(): number {
    return this.#heardRevision
  }

  /** Milliseconds since control was last heard. */
  silentForMs(): number {
    return Date.now() - this.#heardAtMs
  }

  /** Says goodbye, so that control no longer waits for this node. */
  async stop(): Promise<void> {
    clearInterval(this.#asking)
    this.#stopping.abort()
    this.#stream?.destroy()
    this.#sink.resolve({ load: async () => {}, apply: async () => {} })
    await this.#running
    const { lease } = this.#options
    lease.giveUp()
    await this.#post('/v1/goodbye', {}).catch((error) => {
      // Control is gone already, and waits for this node when it is back. Else it may have heard it.
      if (isAway(error)) lease.keep()
    })
    lease.close()
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow()
      } catch (error) {
        const { logger } = this.#options
        if (error instanceof NameTakenError) this.#onNameTaken(error)
        else this.#namesTaken = 0
        if (error instanceof KeyTableFullError) logger.error({ err: error }, 'keys are refused')
        else if (error instanceof NameTakenError) logger.debug({ err: error }, 'feed is refused')
        else if (isAway(error)) logger.debug({ err: error }, 'feed is not connected')
        // A full disk, say: this node stays behind until somebody mends it.
        else logger.warn({ err: error }, 'feed broke off; connecting again')
      }
      if (this.#namesTaken === 0) this.#firstFailure.resolve('unreachable')
      if (this.#stopping.signal.aborted) return
      await pause(this.#waitMs(), this.#stopping.signal)
    }
  }

  #waitMs(): number {
    const attempt = this.#attempt++
    const isFirst = this.#options.replica.revision === 0 && attempt < FIRST_CONNECT_TRIES
    return backoffMs(attempt, isFirst ? FIRST_CONNECT : RECONNECT)
  }

  #onNameTaken(error: NameTakenError): void {
    this.#namesTaken += 1
    if (this.#namesTaken !== NAME_TAKEN_TRIES) return
    this.#options.logger.error({ err: error }, 'changes do not reach this node')
    this.#firstFailure.resolve('name-taken')
  }

  async #follow(): Promise<void> {
    const { controlSocketPath, nodeName, nodeSocketPath, replica, lease, clock, logger } =
      this.#options
    const query = new URLSearchParams({
      node: nodeName,
      boot: this.#boot,
      revision: String(replica.revision),
      stale_after_ms: String(lease.staleAfterMs),
      address: nodeSocketPath,
    })
    const askedAtMs = clock.now()
    const stream = await unixHttp({
      socketPath: controlSocketPath,
      method: 'GET',
      path: `/v1/feed?${query}`,
      timeoutMs: CONNECT_TIMEOUT_MS,
    })
    this.#stream = stream
    if (this.#stopping.signal.aborted) stream.destroy()
    if (stream.statusCode === CONFLICT) throw new NameTakenError(nodeName)
    if (stream.statusCode !== 200) throw new Error(`control answered ${stream.statusCode}`)
    logger.info({ revision: replica.revision }, 'feed connected')
    this.#namesTaken = 0
    this.#reported = -1
    lease.connecting()
    const lines = new JsonLines(LINE_BYTES_MAX)
    const collector = new SnapshotCollector()
    let isTaking = false
    const silence = setTimeout(() => {
      // What control sends meanwhile waits in the socket.
      if (isTaking) silence.refresh()
      else stream.destroy(new Error('control went silent'))
    }, SILENCE_MS)
    try {
      for await (const chunk of stream) {
        silence.refresh()
        this.#heardAtMs = Date.now()
        isTaking = true
        for (const message of lines.push(chunk as Buffer)) {
          await this.#take(message as FeedMessage, collector, askedAtMs)
        }
        isTaking = false
      }
    } finally {
      clearTimeout(silence)
      stream.destroy()
    }
  }

  /** `connectedAtMs`: when this connection was asked for, since when whatever it brings was read from the store. */
  async #take(
    message: FeedMessage,
    collector: SnapshotCollector,
    connectedAtMs: number,
  ): Promise<void> {
    const { replica } = this.#options
    this.#heardRevision = revisionOf(message) ?? this.#heardRevision
    if (message.type === 'heartbeat') {
      this.#attempt = 0
      if (replica.takeMoved()) await this.#put((sink) => sink.load(replica.state()))
      if (replica.revision >= message.revision) await this.#caughtUp(connectedAtMs)
      return
    }
    if (message.type === 'change') {
      const { change } = message
      if (await replica.apply(change)) await this.#caughtUp(connectedAtMs, (s) => s.apply(change))
      return
    }
    const state = await collector.take(message)
    if (state === undefined) return
    await replica.replace(state)
    await this.#caughtUp(connectedAtMs, (sink) => sink.load(replica.state()))
  }

  /** What came is on disk: put it to work in every thread, then tell control. */
  async #caughtUp(
    connectedAtMs: number,
    put: (sink: FeedSink) => Promise<void> = async () => {},
  ): Promise<void> {
    const { replica, lease } = this.#options
    if (this.#applied < 0) {
      // Threads begin with what the replica has by now.
      lease.heard(connectedAtMs, replica.revision)
      lease.applied(replica.revision)
      this.#firstSync.resolve('synced')
    }
    await this.#put(put)
    this.#applied = replica.revision
    lease.applied(this.#applied)
    if (this.#applied !== this.#reported) await this.#report()
  }

  /** A sink that has failed on something is given everything before it counts as having applied what follows. */
  async #put(put: (sink: FeedSink) => Promise<void>): Promise<void> {
    const sink = await this.#sink.promise
    const isBehind = this.#isSinkBehind
    this.#isSinkBehind = true
    if (isBehind) await sink.load(this.#options.replica.state())
    else await put(sink)
    this.#isSinkBehind = false
  }

  /** Tells control how far this node is, and hears from it what the newest is. */
  async #report(): Promise<void> {
    const { clock, lease } = this.#options
    const revision = this.#applied
    const askedAtMs = clock.now()
    const answer = await this.#post('/v1/applied', { revision })
    this.#reported = Math.max(this.#reported, revision)
    const newest = (answer as { readonly revision?: number } | null)?.revision
    if (newest !== undefined) lease.heard(askedAtMs, newest)
  }

  /** Also tells control that this node is alive. */
  #askForNews(): void {
    if (this.#isAsking || !this.isConnected) return
    this.#isAsking = true
    this.#report()
      .catch((err) => this.#options.logger.debug({ err }, 'control did not say what is new'))
      .finally(() => {
        this.#isAsking = false
      })
  }

  async #post(path: string, body: Record<string, unknown>): Promise<unknown> {
    return await unixHttpJson({
      socketPath: this.#options.controlSocketPath,
      method: 'POST',
      path,
      body: { node: this.#options.nodeName, boot: this.#boot, ...body },
      timeoutMs: CONNECT_TIMEOUT_MS,
    })
  }
}

/** Both would be taken for one, and what one of them has applied for applied by both. */
class NameTakenError extends Error {
  constructor(name: string) {
    super(
      `another data node is connected to control by the name ${name}: give this one another with LATCHKEY_NODE_NAME`,
    )
  }
}

function revisionOf(message: FeedMessage): number | undefined {
  if (message.type === 'change') return message.change.revision
  return 'revision' in message ? message.revision : undefined
}

const AWAY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

/** Control is down or restarts, which is nothing to worry about here. */
function isAway(error: unknown): boolean {
  return AWAY.has((error as { code?: string }).code)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
