import type { Change, KeyEntry, Route } from '../domain/routes.ts'
import { KeyTableRebuild } from '../key-table/rebuild.ts'
import { KeyTableWriter } from '../key-table/writer.ts'
import { nextTurn } from '../lib/next-turn.ts'
import { Journal, type OnDamage } from './journal.ts'
import type { NodeState } from './nodes.ts'
import { KEYS_A_TURN } from './protocol.ts'

/** A data node's copy of routes and keys: in memory, the keys only in the table that threads read, and on its disk. */
export class Replica {
  readonly #journal: Journal
  #routes = new Map<string, Route>()
  #keys = new KeyTableWriter()
  #revision = 0
  #rebuild: KeyTableRebuild | undefined
  #folding: Promise<void> = Promise.resolve()
  #isFolding = false
  #foldFailure: unknown
  #stopFolding = new AbortController()

  constructor(folder: string, onDamage: OnDamage) {
    this.#journal = new Journal(folder, onDamage)
  }

  /** 0 when there is nothing yet. */
  get revision(): number {
    return this.#revision
  }

  get snapshotBytes(): number {
    return this.#journal.snapshotBytes
  }

  /** Of the changes on the disk that are not in its snapshot. */
  get journalBytes(): number {
    return this.#journal.changesBytes
  }

  /** What is served; its keys go on changing with the changes that come. */
  state(): NodeState {
    return { revision: this.#revision, routes: [...this.#routes.values()], keys: this.#keys }
  }

  /**
   * Reads what the disk has; false when it has nothing that can be used. What the version before this one has
   * written is served, as revision 0, so that control sends everything.
   */
  load(): boolean {
    const kept = this.#journal.load()
    if (kept === undefined) return false
    this.#take(kept.state)
    for (const change of kept.changes) {
      this.#foldRoutes(change)
      this.#keys.apply(change)
      this.#revision = change.revision
    }
    if (kept.isFormer) this.#revision = 0
    return true
  }

  /** Takes the place of everything; durable when it resolves. */
  async replace(state: NodeState): Promise<void> {
    await this.#endFolding()
    await this.#journal.replace(state, this.#stopFolding.signal)
    this.#take(state)
  }

  /**
   * False for a change that is not newer than what is here. Otherwise it is durable and its keys are in
   * the table when it resolves.
   */
  async apply(change: Change): Promise<boolean> {
    if (change.revision <= this.#revision) return false
    this.#throwFoldFailure()
    this.#journal.append(change)
    this.#foldRoutes(change)
    const { keys, removedKeyIds } = change
    for (let i = 0; i < removedKeyIds.length; i += KEYS_A_TURN) {
      await this.#changeKeys([], removedKeyIds.slice(i, i + KEYS_A_TURN))
    }
    for (let i = 0; i < keys.length; i += KEYS_A_TURN) {
      await this.#changeKeys(keys.slice(i, i + KEYS_A_TURN), [])
    }
    this.#revision = change.revision
    if (this.#journal.isDue && !this.#isFolding) this.#fold()
    if (this.#keys.isWasteful) this.#rebuild ??= new KeyTableRebuild(this.#keys)
    return true
  }

  /** Whether the keys have moved to a new table since the last call, which threads must read from now on. */
  takeMoved(): boolean {
    const keys = this.#rebuild?.result
    if (keys === undefined) return false
    this.#rebuild = undefined
    this.#keys = keys
    return true
  }

  /** Resolves when nothing more is written. */
  async close(): Promise<void> {
    this.#rebuild?.stop()
    await this.#endFolding()
    this.#journal.close()
  }

  async #changeKeys(keys: readonly KeyEntry[], removedKeyIds: readonly string[]): Promise<void> {
    this.#keys.apply({ keys, removedKeyIds })
    this.#rebuild?.apply({ keys, removedKeyIds })
    if (keys.length + removedKeyIds.length === KEYS_A_TURN) await nextTurn()
  }

  #take(state: NodeState): void {
    this.#rebuild?.stop()
    this.#rebuild = undefined
    this.#routes = new Map(state.routes.map((route) => [route.functionId, route]))
    this.#keys = state.keys
    this.#revision = state.revision
  }

  #foldRoutes(change: Change): void {
    for (const id of change.removedFunctionIds) this.#routes.delete(id)
    for (const route of change.routes) this.#routes.set(route.functionId, route)
  }

  /** Writes a new snapshot while changes go on. */
  #fold(): void {
    this.#isFolding = true
    this.#folding = this.#journal
      .replace(this.state(), this.#stopFolding.signal)
      .then(
        () => {},
        (error) => {
          this.#foldFailure = error
        },
      )
      .finally(() => {
        this.#isFolding = false
      })
  }

  async #endFolding(): Promise<void> {
    this.#stopFolding.abort()
    await this.#folding
    this.#stopFolding = new AbortController()
  }

  /** The changes are safe, but their file grows: who follows the feed must tell of it. */
  #throwFoldFailure(): void {
    const error = this.#foldFailure
    this.#foldFailure = undefined
    if (error !== undefined) throw error
  }
}
