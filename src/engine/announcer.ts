import type { Instance } from './instance.ts'
import type { ToGateway } from './messages.ts'
import type { GatewayThreads } from './threads.ts'

/** Tells gateway threads of the instances of one function. */
export class Announcer {
  readonly #functionId: string
  readonly #threads: GatewayThreads
  readonly #slotLimit: number

  /** @param slotLimit how many requests an instance takes at a time */
  constructor(functionId: string, threads: GatewayThreads, slotLimit: number) {
    this.#functionId = functionId
    this.#threads = threads
    this.#slotLimit = slotLimit
  }

  /** Tells a new thread what is there. */
  introduce(threadIndex: number, instances: readonly Instance[]): void {
    for (const instance of instances) {
      if (instance.state === 'ready') this.#threads.send(threadIndex, this.#upMessage(instance))
    }
  }

  up(instance: Instance): void {
    this.#threads.broadcast(this.#upMessage(instance))
  }

  draining({ id }: Instance): void {
    this.#threads.broadcast({ type: 'instance-draining', instanceId: id })
  }

  down({ id }: Instance, begunId: (threadIndex: number) => number): void {
    this.#threads.broadcastEach((threadIndex) => ({
      type: 'instance-down',
      instanceId: id,
      begunId: begunId(threadIndex),
    }))
  }

  /** Those who wait in these threads need wait no longer. */
  startFailed(threadIndexes: readonly number[], versionId: string, retryAfterMs: number): void {
    const functionId = this.#functionId
    for (const threadIndex of threadIndexes) {
      const message = { type: 'start-failed', functionId, versionId, retryAfterMs } as const
      this.#threads.send(threadIndex, message)
    }
  }

  #upMessage(instance: Instance): ToGateway {
    return {
      type: 'instance-up',
      instanceId: instance.id,
      functionId: this.#functionId,
      versionId: instance.versionId,
      slot: instance.slot,
      slotLimit: this.#slotLimit,
      socketPath: instance.socketPath,
      begunPath: instance.begunPath,
    }
  }
}
