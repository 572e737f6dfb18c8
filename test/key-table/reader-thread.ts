import { parentPort, workerData } from 'node:worker_threads'
import type { FunctionNumberNews } from '../../src/key-table/function-numbers.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import type { KeyTableShare } from '../../src/key-table/writer.ts'
import { Bounds, COMMON_FUNCTIONS, digestWordsOf, functionsAt, isThere } from './versions.ts'

/** Reads a table as fast as it can, and checks that all it finds was true at that moment. */
export interface ReaderData {
  readonly share: KeyTableShare
  readonly bounds: SharedArrayBuffer
  readonly keys: number
}

export type ToReader =
  | { readonly type: 'news'; readonly news: FunctionNumberNews }
  | { readonly type: 'adopt'; readonly share: KeyTableShare }
  | { readonly type: 'stop' }

export type FromReader =
  | { readonly type: 'taken' }
  | {
      readonly type: 'end'
      readonly found: number
      readonly missed: number
      readonly faults: string[]
    }

const READS_A_TURN = 300

const { share, bounds: buffer, keys } = workerData as ReaderData
const table = new SharedKeyTable(share)
const bounds = new Bounds(buffer)
const digests = Array.from({ length: keys }, (_, i) => digestWordsOf(i))
const faults: string[] = []
let found = 0
let missed = 0
let stopped = false

parentPort!.on('message', (message: ToReader) => {
  if (message.type === 'stop') {
    stopped = true
    send({ type: 'end', found, missed, faults })
    parentPort!.close()
    return
  }
  if (message.type === 'news') table.takeNews(message.news)
  else table.adopt(message.share)
  send({ type: 'taken' })
})
read()

function read(): void {
  for (let i = 0; i < READS_A_TURN && faults.length < 10; i++) {
    const index = Math.floor(Math.random() * keys)
    const fault = faultOf(index)
    if (fault !== undefined) faults.push(`key ${index}: ${fault}`)
  }
  if (!stopped) setImmediate(read)
}

function faultOf(index: number): string | undefined {
  const sure = bounds.sure(index)
  const ref = table.find(digests[index]!)
  if (ref < 0) {
    missed += 1
    const newest = bounds.newest(index)
    // Three in a row contain one that is removed.
    for (let version = sure; version <= newest; version++) if (!isThere(version)) return undefined
    return `not found between versions ${sure} and ${newest}`
  }
  found += 1
  const { id, name } = table.identity(ref)
  const expireMs = table.expireMs(ref)
  const opened = COMMON_FUNCTIONS.filter((functionId) => opens(ref, functionId))
  const newest = bounds.newest(index)
  const version = Number(name.split(':')[1])
  if (id !== `id-${index}` || name !== `${index}:${version}`) return `it is ${id}, ${name}`
  if (version < sure || version > newest) return `version ${version} not in ${sure} to ${newest}`
  if (!isThere(version)) return `version ${version} was never there`
  if (expireMs !== version) return `version ${version} expires at ${expireMs}`
  const expected = functionsAt(index, version)
  if (opened.join() !== COMMON_FUNCTIONS.filter((one) => expected.includes(one)).join()) {
    return `version ${version} opens ${opened}`
  }
  const own = `own-${index}-${version - 1}`
  if (opens(ref, own) && !expected.includes(own)) return `version ${version} opens ${own}`
  return undefined
}

function opens(ref: number, functionId: string): boolean {
  return table.opens(ref, { functionId, namespaceId: '', method: 'GET', target: '/' }) === 'allowed'
}

function send(message: FromReader): void {
  parentPort!.postMessage(message)
}
