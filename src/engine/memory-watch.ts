import type { Instance } from './instance.ts'
import { memoryBoundBytes } from './memory-bound.ts'

const INTERVAL_MS = 250
/** So that a node with very many instances does not spend its time on looking. */
const LOOKS_AT_ONCE = 50
const MB = 1024 * 1024
/** Far beyond what a gateway's threads need. */
const MARKER_BYTES_MAX = 64 * 1024

/** Ends instances that hold more memory than their flavor allows, and no others. */
export class MemoryWatch {
  readonly #instances = new Set<Instance>()
  #timer: NodeJS.Timeout | undefined
  /** Those that this round has not come to yet. */
  #waiting: Instance[] = []

  add(instance: Instance): void {
    this.#instances.add(instance)
    void instance.gone.then(() => this.#remove(instance))
    this.#timer ??= setInterval(() => this.look(), INTERVAL_MS).unref()
  }

  look(): void {
    if (this.#waiting.length === 0) this.#waiting = [...this.#instances]
    for (const instance of this.#waiting.splice(0, LOOKS_AT_ONCE)) check(instance)
  }

  #remove(instance: Instance): void {
    this.#instances.delete(instance)
    if (this.#instances.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

function check(instance: Instance): void {
  if (instance.state === 'ended') return
  const bound = memoryBoundBytes(instance.memoryMb)
  const { shim } = instance
  if (exceeds(shim.sandbox.memoryOf(shim.child, 'quick'), bound)) {
    const held = shim.sandbox.memoryOf(shim.child, 'exact')
    if (exceeds(held, bound)) instance.outOfMemory(Math.round(held! / MB))
  }
  if (shim.markerBytes() > MARKER_BYTES_MAX) {
    instance.kill({ reason: 'crashed', sentence: 'it wrote into a file of the server' })
  }
}

function exceeds(bytes: number | undefined, bound: number): boolean {
  return bytes !== undefined && bytes > bound
}
