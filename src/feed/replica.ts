import type { Change, KeyEntry, Route } from '../domain/routes.ts'
import { KeyTableWriter } from '../key-table/writer.ts'
import { Journal } from './journal.ts'
import type { Snapshot } from './nodes.ts'

/** Changes beyond this are folded into a new snapshot. */
const COMPACT_AFTER_BYTES = 4 * 1024 * 1024

/** A data node's copy of routes and keys, in memory and on its disk. */
export class Replica {
  readonly #journal: Journal
  readonly #routes = new Map<string, Route>()
  readonly #keys = new Map<string, KeyEntry>()
  #table = new KeyTableWriter()
  #revision = 0

  constructor(folder: string) {
    this.#journal = new Journal(folder)
  }

  /** 0 when there is nothing yet. */
  get revision(): number {
    return this.#revision
  }

  /** Reads what the disk has; false when it has nothing. */
  load(): boolean {
    const kept = this.#journal.load()
    if (kept === undefined) return false
    this.#fill(kept.snapshot)
    for (const change of kept.changes) this.#fold(change)
    return true
  }

  get table(): KeyTableWriter {
    return this.#table
  }

  snapshot(): Snapshot {
    return {
      revision: this.#revision,
      routes: [...this.#routes.values()],
      keys: [...this.#keys.values()],
    }
  }

  /** Durable when it returns. */
  replace(snapshot: Snapshot): void {
    this.#journal.replace(snapshot)
    this.#fill(snapshot)
  }

  /** Durable when it returns; false for a change that is not newer than what is here. */
  apply(change: Change): boolean {
    if (change.revision <= this.#revision) return false
    this.#journal.append(change)
    this.#fold(change)
    if (this.#journal.changesBytes > COMPACT_AFTER_BYTES) this.#journal.replace(this.snapshot())
    return true
  }

  close(): void {
    this.#journal.close()
  }

  #fill(snapshot: Snapshot): void {
    this.#routes.clear()
    this.#keys.clear()
    for (const route of snapshot.routes) this.#routes.set(route.functionId, route)
    for (const key of snapshot.keys) this.#keys.set(key.keyId, key)
    this.#table = new KeyTableWriter({ expectedKeys: snapshot.keys.length })
    this.#table.apply({ keys: snapshot.keys, removedKeyIds: [] })
    this.#revision = snapshot.revision
  }

  #fold(change: Change): void {
    for (const id of change.removedFunctionIds) this.#routes.delete(id)
    for (const id of change.removedKeyIds) this.#keys.delete(id)
    for (const route of change.routes) this.#routes.set(route.functionId, route)
    for (const key of change.keys) this.#keys.set(key.keyId, key)
    this.#table.apply(change)
    this.#revision = change.revision
  }
}
