import { parentPort, workerData } from 'node:worker_threads'
import type { FunctionNumberNews } from '../../src/key-table/function-numbers.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import type { KeyTableShare } from '../../src/key-table/writer.ts'
import { digestOf, Promised } from './secrets.ts'

/** Looks up the secrets of keys that are rotated meanwhile, as fast as it can. */
export interface RotationReaderData {
  readonly share: KeyTableShare
  readonly promised: SharedArrayBuffer
  readonly keys: number
}

export type ToRotationReader =
  | { readonly type: 'news'; readonly news: FunctionNumberNews }
  | { readonly type: 'adopt'; readonly share: KeyTableShare }
  | { readonly type: 'stop' }

export interface FromRotationReader {
  readonly found: number
  readonly faults: readonly string[]
}

const READS_A_TURN = 300

const { share, promised: buffer, keys } = workerData as RotationReaderData
const table = new SharedKeyTable(share)
const promised = new Promised(buffer)
const digests = new Map<string, Int32Array>()
const faults: string[] = []
let found = 0
let isStopped = false

parentPort!.on('message', (message: ToRotationReader) => {
  if (message.type === 'news') table.takeNews(message.news)
  else if (message.type === 'adopt') table.adopt(message.share)
  else isStopped = true
  parentPort!.postMessage({ found, faults } satisfies FromRotationReader)
  if (isStopped) parentPort!.close()
})
read()

function read(): void {
  for (let i = 0; i < READS_A_TURN && faults.length < 10; i++) {
    const index = Math.floor(Math.random() * keys)
    for (const secret of promised.of(index)) lookUp(index, secret)
  }
  if (!isStopped) setImmediate(read)
}

function lookUp(index: number, secret: number): void {
  const ref = table.find(wordsOf(index, secret))
  if (ref >= 0) {
    found += 1
    const { id } = table.identity(ref)
    if (id !== `id-${index}`) faults.push(`secret ${secret} of key ${index} is ${id}'s`)
    // None ever comes back, so what was promised before and still is was promised meanwhile.
  } else if (promised.of(index).includes(secret)) {
    faults.push(`secret ${secret} of key ${index} is not found`)
  }
}

function wordsOf(index: number, secret: number): Int32Array {
  const name = `${index} ${secret}`
  let words = digests.get(name)
  if (words === undefined) {
    const bytes = digestOf(index, secret)
    words = Int32Array.from({ length: 8 }, (_, i) => bytes.readInt32LE(4 * i))
    digests.set(name, words)
  }
  return words
}
