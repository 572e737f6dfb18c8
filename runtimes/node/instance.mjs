import { createServer } from 'node:net'
import { GatewayConnection } from './connection.mjs'
import { classicInvoke, webInvoke } from './invoke.mjs'
import { giveUp } from './logs.mjs'
import { flushAll } from './outbox.mjs'

// An import would read every export, `fs.promises` among them, and load what stands behind it: 2 ms.
const { fstatSync, writeSync } = process.getBuiltinModule('node:fs')

const MARKER_FD = 4
const MARKER_BYTES = 4

/** A loaded function that listens for gateway threads. */
export class Instance {
  #server
  #invoke
  /** @type {Set<GatewayConnection>} */
  #connections = new Set()
  #isStopping = false
  #marker = Buffer.alloc(MARKER_BYTES)
  #hasMarkerFile = isFile(MARKER_FD)

  /** Resolves when it listens. */
  static async start(assignment, handler) {
    const instance = new Instance()
    const begun = (call) => instance.#begun(call)
    instance.#invoke =
      handler.form === 'web'
        ? await webInvoke(handler, assignment.envs, begun)
        : classicInvoke(handler, assignment.function, begun)
    // A handler that ends the process does not take the answers of others with it.
    process.on('exit', flushAll)
    await instance.#listen(assignment.socketPath)
    return instance
  }

  /** Finishes what is in flight, then ends the process. */
  stop() {
    this.#isStopping = true
    this.#server.close()
    this.#exitWhenIdle()
  }

  #listen(socketPath) {
    return new Promise((resolve, reject) => {
      this.#server = createServer((socket) => this.#accept(socket))
      this.#server.once('error', reject)
      this.#server.listen(socketPath, resolve)
    })
  }

  #accept(socket) {
    const connection = new GatewayConnection(socket, {
      onCall: (call) => this.#invoke(call),
      onHello: (greeted) => this.#mark(greeted.threadIndex, 0),
      onIdle: () => this.#exitWhenIdle(),
      onClose: () => {
        this.#connections.delete(connection)
        this.#exitWhenIdle()
      },
    })
    this.#connections.add(connection)
  }

  /** Tells whoever finds this process dead that the call's handler may have had effects. */
  #begun(call) {
    // Whatever this handler does to the process, the answers that were made before it are safe.
    flushAll()
    const { connection } = call
    // Ids wrap at 32 bits: newer is a positive difference.
    if (((call.id - connection.begunId) | 0) <= 0) return
    connection.begunId = call.id
    this.#mark(connection.threadIndex, call.id)
  }

  #mark(threadIndex, id) {
    if (!this.#hasMarkerFile) return
    this.#marker.writeUInt32LE(id)
    try {
      writeSync(MARKER_FD, this.#marker, 0, MARKER_BYTES, MARKER_BYTES * threadIndex)
    } catch (error) {
      // The function has closed it. Without it nobody could tell which requests had begun.
      giveUp(error)
    }
  }

  #exitWhenIdle() {
    if (!this.#isStopping) return
    for (const connection of this.#connections) if (connection.inFlight > 0) return
    if (this.#connections.size === 0) process.exit(0)
    for (const connection of this.#connections) connection.end()
  }
}

/** Without an engine there is no marker file, and the number may be something of Node's own. */
function isFile(fd) {
  try {
    return fstatSync(fd).isFile()
  } catch {
    // Not open.
    return false
  }
}
