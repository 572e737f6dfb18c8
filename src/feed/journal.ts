import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Change } from '../domain/routes.ts'
import { syncFolder, writeFully } from '../lib/atomic-file.ts'
import type { NodeState } from './nodes.ts'
import { readSnapshot, writeSnapshot } from './snapshot-file.ts'

const NEWLINE = 10
/** Changes beyond this are folded into a new snapshot, */
const CHANGES_BYTES_MIN = 4 * 1024 * 1024
/** unless the snapshot is so much longer that it would be written all the time. */
const SNAPSHOT_SHARE = 8
const CHANGES_FILE = /^changes-(\d+)\.ndjson$/

/** Told when what the disk has cannot be used, so that control must be asked for everything. */
export type OnDamage = (error: Error) => void

/**
 * What a data node keeps on its own disk, so that it starts while control is away and never goes
 * back behind a revision that it has acknowledged: a snapshot, replaced as a whole, and the changes
 * since then, appended and synced before they are acknowledged.
 *
 * A snapshot is written while changes go on. With its first byte a new generation of the changes
 * begins; the snapshot names it, and once it is in place the generations before are removed. Whatever
 * a kill leaves, the snapshot that is there and all changes from its generation on are the whole.
 */
export class Journal {
  readonly #folder: string
  readonly #snapshotPath: string
  readonly #onDamage: OnDamage
  #generation = 1
  #changesFd: number | undefined
  /** Of the newest generation. */
  #newestBytes = 0
  /** Of those before it that are not in the snapshot. */
  #olderBytes = 0
  #snapshotBytes = 0
  #isFormer = false

  constructor(folder: string, onDamage: OnDamage) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#folder = folder
    this.#onDamage = onDamage
    this.#snapshotPath = join(folder, 'snapshot.bin')
  }

  get snapshotBytes(): number {
    return this.#snapshotBytes
  }

  /** Of the changes that are not in the snapshot. */
  get changesBytes(): number {
    return this.#newestBytes + this.#olderBytes
  }

  /** Whether a new snapshot is worth its while: for the changes, or because the old one is of the version before. */
  get isDue(): boolean {
    if (this.#isFormer) return true
    const limit = Math.max(CHANGES_BYTES_MIN, this.#snapshotBytes / SNAPSHOT_SHARE)
    return this.changesBytes > limit
  }

  /**
   * What was kept, in order; undefined when nothing was. A change that was torn by a kill is dropped.
   * Files that cannot be understood count as nothing: control has it all, and half of it would let
   * revoked keys pass. `isFormer`: written by the version before this one, and not all that this one needs.
   */
  load(): { state: NodeState; changes: Change[]; isFormer: boolean } | undefined {
    if (!existsSync(this.#snapshotPath)) return undefined
    try {
      const { generation, bytes, isFormer, ...state } = readSnapshot(this.#snapshotPath)
      this.#snapshotBytes = bytes
      this.#isFormer = isFormer
      this.#removeBefore(generation)
      this.#generation = generation
      const changes = this.#generations().flatMap((one) => this.#loadChanges(one))
      const newer = changes.filter((change) => change.revision > state.revision)
      return { state, changes: newer, isFormer }
    } catch (error) {
      this.#onDamage(error as Error)
      return undefined
    }
  }

  /**
   * Resolves when the state is on disk and what was there before is gone; changes may be appended
   * meanwhile if they are applied to the state's keys too. False, nothing being replaced, once the
   * signal is given.
   */
  async replace(state: NodeState, signal: AbortSignal): Promise<boolean> {
    const generation = this.#beginGeneration()
    const bytes = await writeSnapshot(this.#snapshotPath, { generation }, state, signal)
    if (bytes === undefined) return false
    this.#snapshotBytes = bytes
    this.#isFormer = false
    this.#olderBytes = 0
    this.#removeBefore(generation)
    return true
  }

  /** On disk when it returns; when it throws, as if it had not been called. */
  append(change: Change): void {
    this.#changesFd ??= this.#openChanges('a')
    const line = Buffer.from(`${JSON.stringify(change)}\n`)
    try {
      writeFully(this.#changesFd, line)
      fdatasyncSync(this.#changesFd)
    } catch (error) {
      // What was written of it must not be glued to the next change.
      ftruncateSync(this.#changesFd, this.#newestBytes)
      throw error
    }
    this.#newestBytes += line.length
  }

  close(): void {
    if (this.#changesFd !== undefined) closeSync(this.#changesFd)
    this.#changesFd = undefined
  }

  #beginGeneration(): number {
    this.close()
    this.#generation = Math.max(this.#generation, ...this.#generations()) + 1
    this.#olderBytes += this.#newestBytes
    this.#newestBytes = 0
    this.#changesFd = this.#openChanges('w')
    return this.#generation
  }

  #openChanges(flags: 'a' | 'w'): number {
    const path = this.#changesPath(this.#generation)
    const isNew = !existsSync(path)
    const fd = openSync(path, flags, 0o600)
    if (isNew) syncFolder(this.#folder)
    return fd
  }

  #changesPath(generation: number): string {
    return join(this.#folder, `changes-${generation}.ndjson`)
  }

  /** Those that have a file, oldest first. */
  #generations(): number[] {
    const found = readdirSync(this.#folder).flatMap((name) => CHANGES_FILE.exec(name)?.[1] ?? [])
    return found.map(Number).sort((a, b) => a - b)
  }

  #removeBefore(generation: number): void {
    for (const one of this.#generations()) {
      if (one < generation) rmSync(this.#changesPath(one))
    }
  }

  #loadChanges(generation: number): Change[] {
    const content = readFileSync(this.#changesPath(generation))
    const changes: Change[] = []
    let whole = 0
    for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, whole)) {
      changes.push(JSON.parse(content.toString('utf8', whole, end)) as Change)
      whole = end + 1
    }
    this.#generation = generation
    this.#olderBytes += this.#newestBytes
    this.#newestBytes = whole
    if (whole < content.length) this.#cutChanges(whole)
    return changes
  }

  #cutChanges(bytes: number): void {
    const fd = openSync(this.#changesPath(this.#generation), 'r+')
    ftruncateSync(fd, bytes)
    fdatasyncSync(fd)
    closeSync(fd)
  }
}
