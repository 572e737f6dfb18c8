import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Change } from '../domain/routes.ts'
import { replaceFile } from '../lib/atomic-file.ts'
import { JsonLines } from '../lib/json-lines.ts'
import type { Snapshot } from './nodes.ts'
import {
  type FeedMessage,
  LINE_BYTES_MAX,
  SnapshotCollector,
  snapshotMessages,
} from './protocol.ts'

const NEWLINE = 10
const READ_BYTES = 1024 * 1024

/**
 * What a data node keeps on its own disk, so that it starts while control is away and never goes
 * back behind a revision that it has acknowledged: a snapshot, replaced as a whole, and the changes
 * since then, appended and synced before they are acknowledged.
 */
export class Journal {
  readonly #snapshotPath: string
  readonly #changesPath: string
  #changesFd: number | undefined
  #changesBytes = 0

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#snapshotPath = join(folder, 'snapshot.ndjson')
    this.#changesPath = join(folder, 'changes.ndjson')
  }

  get changesBytes(): number {
    return this.#changesBytes
  }

  /** What was kept, in order; undefined when nothing was. A change that was torn by a kill is dropped. */
  load(): { snapshot: Snapshot; changes: Change[] } | undefined {
    const snapshot = this.#loadSnapshot()
    if (snapshot === undefined) return undefined
    const changes = this.#loadChanges().filter((change) => change.revision > snapshot.revision)
    return { snapshot, changes }
  }

  /** Replaces everything. */
  replace(snapshot: Snapshot): void {
    replaceFile(this.#snapshotPath, snapshotLines(snapshot))
    // Changes that are left here by a kill are older than the snapshot and skipped by their revision.
    if (this.#changesFd !== undefined) closeSync(this.#changesFd)
    this.#changesFd = openSync(this.#changesPath, 'w', 0o600)
    this.#changesBytes = 0
  }

  /** On disk when it returns. */
  append(change: Change): void {
    this.#changesFd ??= openSync(this.#changesPath, 'a', 0o600)
    const line = Buffer.from(`${JSON.stringify(change)}\n`)
    writeSync(this.#changesFd, line)
    fdatasyncSync(this.#changesFd)
    this.#changesBytes += line.length
  }

  close(): void {
    if (this.#changesFd !== undefined) closeSync(this.#changesFd)
    this.#changesFd = undefined
  }

  #loadSnapshot(): Snapshot | undefined {
    if (!existsSync(this.#snapshotPath)) return undefined
    const lines = new JsonLines(LINE_BYTES_MAX)
    const collector = new SnapshotCollector()
    const fd = openSync(this.#snapshotPath, 'r')
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(READ_BYTES)
        const bytes = readSync(fd, chunk)
        if (bytes === 0) return undefined
        for (const message of lines.push(chunk.subarray(0, bytes))) {
          const snapshot = collector.take(message as FeedMessage)
          if (snapshot !== undefined) return snapshot
        }
      }
    } finally {
      closeSync(fd)
    }
  }

  #loadChanges(): Change[] {
    if (!existsSync(this.#changesPath)) return []
    const content = readFileSync(this.#changesPath)
    const changes: Change[] = []
    let whole = 0
    for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, whole)) {
      changes.push(JSON.parse(content.toString('utf8', whole, end)) as Change)
      whole = end + 1
    }
    if (whole < content.length) this.#cutChanges(whole)
    this.#changesBytes = whole
    return changes
  }

  #cutChanges(bytes: number): void {
    const fd = openSync(this.#changesPath, 'r+')
    ftruncateSync(fd, bytes)
    fdatasyncSync(fd)
    closeSync(fd)
  }
}

function* snapshotLines(snapshot: Snapshot): Generator<string> {
  for (const message of snapshotMessages(snapshot)) yield `${JSON.stringify(message)}\n`
}
