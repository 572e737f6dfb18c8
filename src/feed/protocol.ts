import type { Change, KeyEntry, Route } from '../domain/routes.ts'
import { KeyTableWriter } from '../key-table/writer.ts'
import { nextTurn } from '../lib/next-turn.ts'
import type { NodeState } from './nodes.ts'

/*
 *   control                                   data node
 *      |  <-- GET /v1/feed?node&revision&address |   one long-lived answer, JSON lines:
 *      |  snapshot-begin, snapshot-part …, snapshot-end   (when the node is too far behind)
 *      |  change, change, …                               (state of what the revisions touched)
 *      |  heartbeat                                       (every HEARTBEAT_MS)
 *      |  <-- POST /v1/applied {node, revision}  |   after it is on disk and in every thread
 *      |  <-- POST /v1/goodbye {node}            |   a clean stop
 *      |  <-- POST /v1/usage {node, boot, …}     |   what was counted, each delivery once
 *      |  --> GET /v1/status, /v1/logs, POST /v1/try, /v1/test, at the node's address
 */
export const HEARTBEAT_MS = 1_000
/** A stream that is silent for longer is taken for dead. */
export const SILENCE_MS = 5_000
/** Keys that are put into a table in one turn of the event loop. */
export const KEYS_A_TURN = 100
/** A part of some hundred routes with their environments stays far below it. */
export const LINE_BYTES_MAX = 256 * 1024 * 1024

export type FeedMessage =
  /** `keys` is how many will come. */
  | { readonly type: 'snapshot-begin'; readonly revision: number; readonly keys: number }
  | {
      readonly type: 'snapshot-part'
      readonly routes: readonly Route[]
      readonly keys: readonly KeyEntry[]
    }
  | { readonly type: 'snapshot-end' }
  | { readonly type: 'change'; readonly change: Change }
  | { readonly type: 'heartbeat'; readonly revision: number }

/**
 * Puts a snapshot together from its lines, the keys into a table of their own, so that nothing changes
 * for callers before all is there.
 */
export class SnapshotCollector {
  #revision = 0
  #routes: Route[] = []
  #keys = new KeyTableWriter()

  /** Resolves with the whole once the last line has come, and before with undefined. */
  async take(message: FeedMessage): Promise<NodeState | undefined> {
    switch (message.type) {
      case 'snapshot-begin':
        this.#begin(message.revision, message.keys)
        return undefined
      case 'snapshot-part':
        for (const route of message.routes) this.#routes.push(route)
        await this.#addKeys(message.keys)
        return undefined
      case 'snapshot-end': {
        const whole = { revision: this.#revision, routes: this.#routes, keys: this.#keys }
        this.#begin(0, 0)
        return whole
      }
      default:
        return undefined
    }
  }

  #begin(revision: number, expectedKeys: number): void {
    this.#revision = revision
    this.#routes = []
    this.#keys = new KeyTableWriter({ expectedKeys })
  }

  async #addKeys(keys: readonly KeyEntry[]): Promise<void> {
    for (let i = 0; i < keys.length; i += KEYS_A_TURN) {
      // A snapshot has each key once.
      for (const key of keys.slice(i, i + KEYS_A_TURN)) this.#keys.add(key)
      await nextTurn()
    }
  }
}
