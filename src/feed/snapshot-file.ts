import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Route } from '../domain/routes.ts'
import { KeyTableWriter } from '../key-table/writer.ts'
import { syncFolder } from '../lib/atomic-file.ts'
import type { NodeState } from './nodes.ts'

/*
 *   magic      8 bytes, with the format's version
 *   section    u32 kind, u32 length, u32 CRC32 of kind and payload, payload, all little-endian
 *
 *   HEAD       JSON {generation, revision, keys}: keys is about how many there will be
 *   ROUTES     JSON, some routes
 *   FUNCTIONS  JSON [[number, id of a function or namespace], ...]: before the first key that uses the number
 *   KEYS       records as in memory, see key-table/layout.ts
 *   END        JSON {keys}: exactly how many there were
 *
 * Version 1 had routes without the ids of their namespaces, and no records but those of keys that are
 * neither limited, disabled nor rotated, which lie in memory as they did.
 */
const MAGIC = Buffer.from('LKNODE\x002', 'latin1')
const FORMER_MAGIC = Buffer.from('LKNODE\x001', 'latin1')
const SECTION_HEAD_BYTES = 12
const HEAD = 1
const ROUTES = 2
const FUNCTIONS = 3
const KEYS = 4
const END = 5
const ROUTES_A_SECTION = 200
/** Some two thousand keys: what is put together in one turn of the event loop. */
const WRITE_BYTES = 256 * 1024

export interface SnapshotHead {
  /** The first generation of change files that is newer. */
  readonly generation: number
}

/**
 * Replaces the file, durably, in slices between which the keys may change: each of those that change
 * is in the file as it was before or after. Resolves with the file's length, or with undefined, nothing
 * being replaced, once the signal is given.
 */
export async function writeSnapshot(
  path: string,
  head: SnapshotHead,
  state: NodeState,
  signal: AbortSignal,
): Promise<number | undefined> {
  const beside = `${path}.tmp`
  const file = await open(beside, 'w', 0o600)
  let bytes = 0
  try {
    for (const some of gathered(parts(head, state))) {
      if (signal.aborted) return undefined
      await file.writeFile(some)
      bytes += some.length
    }
    await file.sync()
    if (signal.aborted) return undefined
    await rename(beside, path)
  } finally {
    await file.close()
    await rm(beside, { force: true })
  }
  syncFolder(dirname(path))
  return bytes
}

/** A way to the disk and back for each part would take longer than the parts. */
function* gathered(parts: Iterable<Buffer>): Generator<Buffer> {
  let some: Buffer[] = []
  let bytes = 0
  for (const part of parts) {
    some.push(part)
    bytes += part.length
    if (bytes < WRITE_BYTES) continue
    yield Buffer.concat(some)
    some = []
    bytes = 0
  }
  yield Buffer.concat(some)
}

function* parts({ generation }: SnapshotHead, state: NodeState): Generator<Buffer> {
  const { revision, keys } = state
  const routes = [...state.routes]
  yield MAGIC
  yield jsonSection(HEAD, { generation, revision, keys: keys.size })
  for (let i = 0; i < routes.length; i += ROUTES_A_SECTION) {
    yield jsonSection(ROUTES, routes.slice(i, i + ROUTES_A_SECTION))
  }
  let written = 0
  let number = 0
  for (let from: number | undefined = 0; from !== undefined; ) {
    const functions = keys.functionNumbersSince(number)
    const { records, next } = keys.slice(from)
    const section = keysSection(records)
    number = functions.next
    from = next
    written += records.length
    if (functions.added.length > 0) yield jsonSection(FUNCTIONS, functions.added)
    if (records.length > 0) yield section
  }
  yield jsonSection(END, { keys: written })
}

function jsonSection(kind: number, value: unknown): Buffer {
  return section(kind, Buffer.from(JSON.stringify(value)))
}

function keysSection(records: readonly Int32Array[]): Buffer {
  let length = 0
  for (const record of records) length += record.length
  const all = new Int32Array(length)
  let at = 0
  for (const record of records) {
    all.set(record, at)
    at += record.length
  }
  return section(KEYS, Buffer.from(all.buffer))
}

function section(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(SECTION_HEAD_BYTES)
  head.writeUInt32LE(kind, 0)
  head.writeUInt32LE(payload.length, 4)
  head.writeUInt32LE(crc32(payload, kind), 8)
  return Buffer.concat([head, payload])
}

export interface ReadSnapshot extends NodeState, SnapshotHead {
  readonly bytes: number
  /** Written by the version before this one: true as far as it goes. */
  readonly isFormer: boolean
}

/** Throws when the file is not whole, to the last bit, or of another format. */
export function readSnapshot(path: string): ReadSnapshot {
  const fd = openSync(path, 'r')
  try {
    return new SnapshotReader(fd).read()
  } finally {
    closeSync(fd)
  }
}

class SnapshotReader {
  readonly #fd: number
  readonly #bytes: number
  #left: number
  #buffer = Buffer.alloc(1024 * 1024)

  constructor(fd: number) {
    this.#fd = fd
    this.#bytes = fstatSync(fd).size
    this.#left = this.#bytes
  }

  read(): ReadSnapshot {
    const magic = this.#take(MAGIC.length)
    const isFormer = magic.equals(FORMER_MAGIC)
    if (!isFormer && !magic.equals(MAGIC)) throw new Error('it has another format')
    const head = this.#section()
    if (head.kind !== HEAD) throw new Error('it does not begin with its head')
    const { generation, revision, keys: expectedKeys } = json(head.payload) as HeadJson
    const routes: Route[] = []
    const keys = new KeyTableWriter({ expectedKeys })
    const functionIds = new Map<number, string>()
    const functionId = (number: number): string => {
      const id = functionIds.get(number)
      if (id === undefined) throw new Error('it does not name a function')
      return id
    }
    for (;;) {
      const { kind, payload } = this.#section()
      if (kind === ROUTES) routes.push(...(json(payload) as Route[]))
      else if (kind === FUNCTIONS) addAll(functionIds, json(payload) as [number, string][])
      else if (kind === KEYS) addRecords(keys, payload, functionId)
      else if (kind === END) {
        if ((json(payload) as { keys: number }).keys !== keys.size)
          throw new Error('keys are missing')
        return { generation, revision, routes, keys, bytes: this.#bytes, isFormer }
      } else throw new Error('it has a part of an unknown kind')
    }
  }

  #section(): { kind: number; payload: Buffer<ArrayBuffer> } {
    const head = this.#take(SECTION_HEAD_BYTES)
    const kind = head.readUInt32LE(0)
    const length = head.readUInt32LE(4)
    const checksum = head.readUInt32LE(8)
    const payload = this.#take(length)
    if (crc32(payload, kind) !== checksum) throw new Error('a checksum does not hold')
    return { kind, payload }
  }

  /** The next bytes, good until the next call. */
  #take(length: number): Buffer<ArrayBuffer> {
    if (length > this.#left) throw new Error('it is cut short')
    if (length > this.#buffer.length) this.#buffer = Buffer.alloc(length)
    for (let done = 0; done < length; ) {
      const read = readSync(this.#fd, this.#buffer, done, length - done, null)
      if (read === 0) throw new Error('it is cut short')
      done += read
    }
    this.#left -= length
    return this.#buffer.subarray(0, length)
  }
}

interface HeadJson {
  readonly generation: number
  readonly revision: number
  readonly keys: number
}

function json(payload: Buffer): unknown {
  return JSON.parse(payload.toString())
}

function addAll(map: Map<number, string>, entries: readonly [number, string][]): void {
  for (const [number, id] of entries) map.set(number, id)
}

function addRecords(
  keys: KeyTableWriter,
  payload: Buffer<ArrayBuffer>,
  functionId: (number: number) => string,
): void {
  const words = new Int32Array(payload.buffer, payload.byteOffset, payload.length / 4)
  for (let at = 0; at < words.length; ) at += keys.copy(words, at, functionId)
}
