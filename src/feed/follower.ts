import type { IncomingMessage } from 'node:http'
import type { Change } from '../domain/routes.ts'
import { KeyTableFullError } from '../key-table/arena.ts'
import { backoffMs } from '../lib/backoff.ts'
import { JsonLines } from '../lib/json-lines.ts'
import { unixHttp, unixHttpJson } from '../lib/unix-http.ts'
import type { Logger } from '../observability/logger.ts'
import type { NodeState } from './nodes.ts'
import { type FeedMessage, LINE_BYTES_MAX, SILENCE_MS, SnapshotCollector } from './protocol.ts'
import type { Replica } from './replica.ts'

const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT = { firstMs: 50, longestMs: 1_000 }
/** Until a node has anything it serves nobody, and control, started at the same time, is soon there. */
const FIRST_CONNECT = { firstMs: 20, longestMs: 50 }
/** About as long as control takes to start on a busy machine. */
const FIRST_CONNECT_TRIES = 200

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
  readonly logger: Logger
}

/** A data node's end of the feed: keeps the replica and the sink at control's newest revision. */
export class Follower {
  readonly #options: FollowerOptions
  readonly #sink = Promise.withResolvers<FeedSink>()
  readonly #firstSync = Promise.withResolvers<'synced'>()
  readonly #firstFailure = Promise.withResolvers<'unreachable'>()
  readonly #stopping = new AbortController()
  #stream: IncomingMessage | undefined
  #running: Promise<void> = Promise.resolve()
  #heardAtMs = Date.now()
  #heardRevision = 0
  #attempt = 0
  /** The newest revision that this connection has reported; -1 for none. */
  #reported = -1

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Starts to follow. */
  start(): void {
    this.#running = this.#run()
  }

  /**
   * Resolves with `synced` when the replica has what control has, or with `unreachable` as soon as
   * control turned out not to answer; following goes on.
   */
  firstOutcome(): Promise<'synced' | 'unreachable'> {
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
    this.#stopping.abort()
    this.#stream?.destroy()
    this.#sink.resolve({ load: async () => {}, apply: async () => {} })
    await this.#running
    // Control may be gone already; it forgets the node by itself then.
    await this.#post('/v1/goodbye', {}).catch(() => undefined)
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow()
      } catch (error) {
        const { logger } = this.#options
        if (error instanceof KeyTableFullError) logger.error({ err: error }, 'keys are refused')
        else if (isAway(error)) logger.debug({ err: error }, 'feed is not connected')
        // A full disk, say: this node stays behind until somebody mends it.
        else logger.warn({ err: error }, 'feed broke off; connecting again')
      }
      this.#firstFailure.resolve('unreachable')
      if (this.#stopping.signal.aborted) return
      await pause(this.#waitMs(), this.#stopping.signal)
    }
  }

  #waitMs(): number {
    const attempt = this.#attempt++
    const isFirst = this.#options.replica.revision === 0 && attempt < FIRST_CONNECT_TRIES
    return backoffMs(attempt, isFirst ? FIRST_CONNECT : RECONNECT)
  }

  async #follow(): Promise<void> {
    const { controlSocketPath, nodeName, nodeSocketPath, replica, logger } = this.#options
    const query = new URLSearchParams({
      node: nodeName,
      revision: String(replica.revision),
      address: nodeSocketPath,
    })
    const stream = await unixHttp({
      socketPath: controlSocketPath,
      method: 'GET',
      path: `/v1/feed?${query}`,
      timeoutMs: CONNECT_TIMEOUT_MS,
    })
    this.#stream = stream
    if (this.#stopping.signal.aborted) stream.destroy()
    if (stream.statusCode !== 200) throw new Error(`control answered ${stream.statusCode}`)
    logger.info({ revision: replica.revision }, 'feed connected')
    this.#reported = -1
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
          await this.#take(message as FeedMessage, collector)
        }
        isTaking = false
      }
    } finally {
      clearTimeout(silence)
      stream.destroy()
    }
  }

  async #take(message: FeedMessage, collector: SnapshotCollector): Promise<void> {
    const { replica } = this.#options
    this.#heardRevision = revisionOf(message) ?? this.#heardRevision
    if (message.type === 'heartbeat') {
      this.#attempt = 0
      if (replica.takeMoved()) await this.#putState()
      if (replica.revision >= message.revision) await this.#caughtUp(undefined)
      return
    }
    if (message.type === 'change') {
      if (await replica.apply(message.change)) await this.#caughtUp((s) => s.apply(message.change))
      return
    }
    const state = await collector.take(message)
    if (state === undefined) return
    await replica.replace(state)
    await this.#caughtUp((sink) => sink.load(replica.state()))
  }

  /** The same revision from a new table. */
  async #putState(): Promise<void> {
    const sink = await this.#sink.promise
    await sink.load(this.#options.replica.state())
  }

  /** What came is on disk: put it to work in every thread, then tell control. */
  async #caughtUp(put: ((sink: FeedSink) => Promise<void>) | undefined): Promise<void> {
    this.#firstSync.resolve('synced')
    const sink = await this.#sink.promise
    if (put !== undefined) await put(sink)
    const { revision } = this.#options.replica
    if (revision === this.#reported) return
    await this.#post('/v1/applied', { revision })
    this.#reported = revision
  }

  async #post(path: string, body: Record<string, unknown>): Promise<void> {
    await unixHttpJson({
      socketPath: this.#options.controlSocketPath,
      method: 'POST',
      path,
      body: { node: this.#options.nodeName, ...body },
      timeoutMs: CONNECT_TIMEOUT_MS,
    })
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
