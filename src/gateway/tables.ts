import type { SharedKeyTable } from '../key-table/reader.ts'
import type { Dispatcher } from './dispatch.ts'
import type { RouteTable } from './route-table.ts'
import type { ThreadChange, ThreadState } from './thread-messages.ts'

/**
 * What this thread knows: routes of its own, and keys in memory that the main thread writes. A change
 * of keys is there before the message that tells of its revision, which brings the routes.
 */
export class Tables {
  readonly #routes: RouteTable
  readonly #keys: SharedKeyTable
  readonly #dispatcher: Pick<Dispatcher, 'reconsider' | 'reconsiderAll'>
  #revision = 0

  constructor(
    routes: RouteTable,
    keys: SharedKeyTable,
    dispatcher: Pick<Dispatcher, 'reconsider' | 'reconsiderAll'>,
  ) {
    this.#routes = routes
    this.#keys = keys
    this.#dispatcher = dispatcher
  }

  get revision(): number {
    return this.#revision
  }

  /** A snapshot counts whatever its revision: after a restored backup it may be an older one. */
  load(state: ThreadState): void {
    this.#revision = state.revision
    this.#routes.load(state.routes)
    this.#keys.adopt(state.keys)
    this.#dispatcher.reconsiderAll()
  }

  apply(change: ThreadChange): void {
    this.#keys.takeNews(change.functionNumbers)
    if (change.revision < this.#revision) return
    this.#revision = change.revision
    this.#routes.apply(change)
    for (const id of change.removedFunctionIds) this.#dispatcher.reconsider(id)
    for (const route of change.routes) this.#dispatcher.reconsider(route.functionId)
  }
}
