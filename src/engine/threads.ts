import type { MessagePort } from 'node:worker_threads'
import type { FromGateway, ToGateway } from './messages.ts'

export interface FunctionVersion {
  readonly functionId: string
  readonly versionId: string
}

/** The gateway threads and what each of them waits for. */
export class GatewayThreads {
  readonly #ports = new Map<number, MessagePort>()
  /** By version, then thread: how many requests wait. Holds no zeros. */
  readonly #queued = new Map<string, Map<number, number>>()

  attach(threadIndex: number, port: MessagePort, onMessage: (message: FromGateway) => void): void {
    // Of an earlier thread with this index, the end of whose port is still to be heard.
    this.#forgetQueued(threadIndex)
    this.#ports.set(threadIndex, port)
    port.on('message', (message: FromGateway) => {
      if (this.#ports.get(threadIndex) !== port) return
      if (message.type === 'demand') this.#note(threadIndex, keyOf(message), message.queued)
      onMessage(message)
    })
    port.on('close', () => {
      if (this.#ports.get(threadIndex) !== port) return
      this.#ports.delete(threadIndex)
      this.#forgetQueued(threadIndex)
    })
  }

  send(threadIndex: number, message: ToGateway): void {
    this.#ports.get(threadIndex)?.postMessage(message)
  }

  broadcast(message: ToGateway): void {
    for (const port of this.#ports.values()) port.postMessage(message)
  }

  /** Sends each thread its own message. */
  broadcastEach(messageFor: (threadIndex: number) => ToGateway): void {
    for (const [threadIndex, port] of this.#ports) port.postMessage(messageFor(threadIndex))
  }

  /** Requests that wait for an instance of the version, over all threads. */
  queued(version: FunctionVersion): number {
    let sum = 0
    for (const count of this.#queued.get(keyOf(version))?.values() ?? []) sum += count
    return sum
  }

  /** The threads in which they wait. */
  waiting(version: FunctionVersion): number[] {
    return [...(this.#queued.get(keyOf(version))?.keys() ?? [])]
  }

  #forgetQueued(threadIndex: number): void {
    for (const key of [...this.#queued.keys()]) this.#note(threadIndex, key, 0)
  }

  #note(threadIndex: number, key: string, queued: number): void {
    const byThread = this.#queued.get(key) ?? new Map<number, number>()
    if (queued > 0) byThread.set(threadIndex, queued)
    else byThread.delete(threadIndex)
    if (byThread.size > 0) this.#queued.set(key, byThread)
    else this.#queued.delete(key)
  }
}

/** Functions of equal code have equal version ids, so it takes both to name one. */
function keyOf({ functionId, versionId }: FunctionVersion): string {
  return `${functionId}/${versionId}`
}
