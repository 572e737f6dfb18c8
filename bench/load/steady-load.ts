import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROCESS_FILE = fileURLToPath(new URL('./steady-load-process.ts', import.meta.url))

/** Requests at a constant rate, whatever the server does: an open loop. */
export interface StreamWish {
  readonly ratePerSecond: number
  readonly connections: number
  /** Called in turn. */
  readonly paths: readonly string[]
  /** `wrong`: another well-formed key that nobody was given, for each request. */
  readonly keys: readonly string[] | 'wrong'
  /** The status that every answer must have. */
  readonly status: number
}

export interface SteadyWish {
  readonly port: number
  readonly seconds: number
  readonly streams: readonly StreamWish[]
  /** Not the servers' core. */
  readonly core: number
  /**
   * `spin` never sleeps and takes a core, so that a request leaves when it is due; `timer` leaves the core
   * to others, and requests leave up to a millisecond or two late.
   */
  readonly pace: 'spin' | 'timer'
}

export interface Times {
  readonly p50Us: number
  readonly p99Us: number
  readonly mostUs: number
}

export interface StreamResult {
  readonly requests: number
  /** Answers with another status, and connections that broke. */
  readonly failures: number
  /** From the first request's due time to the last answer. */
  readonly seconds: number
  /** From when a request was due: what a caller waits who does not wait for others. */
  readonly sinceDue: Times
  /** From when it was written to a connection that was free. */
  readonly sinceSent: Times
  /** How long after its due time a request was written. */
  readonly late: Times
}

/** One result for each stream, in their order. The load runs in a process of its own. */
export async function runSteadyLoad(wish: SteadyWish): Promise<StreamResult[]> {
  return await startSteadyLoad(wish).result
}

/** @throws Error (as the result) when a stream's failures are more than none */
export function startSteadyLoad(wish: SteadyWish): {
  /** The first request is about to be sent. */
  readonly begun: Promise<void>
  readonly result: Promise<StreamResult[]>
} {
  const command = ['-c', String(wish.core), process.execPath, PROCESS_FILE]
  const child = spawn('taskset', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const begun = Promise.withResolvers<void>()
  // By a message: keys in the arguments could be read by every user of the machine.
  child.send(wish)
  const result = resultOf(child, () => begun.resolve())
  result.catch(begun.reject)
  return { begun: begun.promise, result: result.then(checked) }
}

export type LoadMessage =
  | { readonly type: 'begun' }
  | { readonly type: 'done'; readonly results: StreamResult[] }

function resultOf(child: ChildProcess, onBegun: () => void): Promise<StreamResult[]> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: LoadMessage) => {
      if (message.type === 'begun') onBegun()
      else resolve(message.results)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the load's process ended (${code})`)))
  })
}

function checked(results: StreamResult[]): StreamResult[] {
  for (const { failures, requests } of results) {
    if (failures > 0) throw new Error(`steady load: ${failures} of ${requests} requests failed`)
  }
  return results
}
