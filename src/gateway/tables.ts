import type { Change } from '../domain/routes.ts'
import type { Snapshot } from '../feed/nodes.ts'
import type { Dispatcher } from './dispatch.ts'
import type { KeyTable } from './key-table.ts'
import type { RouteTable } from './route-table.ts'

/** What this thread knows of routes and keys, as of one revision. Each change is one step: no request sees half of it. */
export class Tables {
  readonly #routes: RouteTable
  readonly #keys: KeyTable
  readonly #dispatcher: Pick<Dispatcher, 'reconsider' | 'reconsiderAll'>
  #revision = 0

  constructor(
    routes: RouteTable,
    keys: KeyTable,
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
  load(snapshot: Snapshot): void {
    this.#revision = snapshot.revision
    this.#routes.load(snapshot.routes)
    this.#keys.load(snapshot.keys)
    this.#dispatcher.reconsiderAll()
  }

  apply(change: Change): void {
    if (change.revision < this.#revision) return
    this.#revision = change.revision
    this.#routes.apply(change)
    this.#keys.apply(change)
    for (const id of change.removedFunctionIds) this.#dispatcher.reconsider(id)
    for (const route of change.routes) this.#dispatcher.reconsider(route.functionId)
  }
}
