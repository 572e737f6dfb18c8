import type { ChildProcess } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import type { Sandbox } from '../sandbox/sandbox.ts'

/** Of Linux, and not among Node's constants: names a file without opening it, as a socket wants it. */
const O_PATH = 0o10000000

/**
 * The socket of an instance as gateway threads reach it. An enclosed instance makes it in a folder of its
 * own memory, and could put a link to any other socket of the machine in its place. So what is
 * there when it is ready is held by a descriptor, and the threads, which are of this process, go by that.
 */
export class PublishedSocket {
  readonly #sandbox: Sandbox
  readonly #child: ChildProcess
  readonly #innerPath: string
  #fd: number | undefined

  constructor(sandbox: Sandbox, child: ChildProcess, innerPath: string) {
    this.#sandbox = sandbox
    this.#child = child
    this.#innerPath = innerPath
  }

  /** To be called once it listens. @throws Error when there is no socket */
  publish(): void {
    if (!this.#sandbox.isEnclosed || this.#fd !== undefined) return
    const pid = this.#sandbox.insideOf(this.#child)
    if (pid === undefined) throw new Error('its process is not there')
    const fd = openSync(`/proc/${pid}/root${this.#innerPath}`, O_PATH | constants.O_NOFOLLOW)
    if (!fstatSync(fd).isSocket()) {
      closeSync(fd)
      throw new Error('what it made is no socket')
    }
    this.#fd = fd
  }

  /** For threads of this process. */
  get path(): string {
    return this.#fd === undefined ? this.#innerPath : `/proc/self/fd/${this.#fd}`
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}
