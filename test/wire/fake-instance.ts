import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InstanceConnection } from '../../src/wire/connection.ts'
import { FRAME_TYPES, type FrameTypeName } from '../../src/wire/constants.ts'
import { FrameDecoder } from '../../src/wire/decode.ts'
import { encodeFrame, encodeHeadPayload } from '../../src/wire/encode.ts'

export interface SeenFrame {
  readonly type: number
  readonly end: boolean
  readonly id: number
  readonly payload: Buffer
}

/** The other end of one connection, in the test's hands: reads frames, writes whatever it likes. */
export class FakeInstance {
  readonly frames: SeenFrame[] = []
  readonly connection: InstanceConnection
  /** The reasons that `onClose` was called with. */
  readonly closed: Promise<string>
  closeCount = 0
  readonly #home: string
  readonly #server: Server
  readonly #socket: Socket
  #taken = 0
  #wake: () => void = () => {}

  private constructor(
    home: string,
    server: Server,
    socket: Socket,
    connection: InstanceConnection,
    closed: Promise<string>,
  ) {
    this.#home = home
    this.#server = server
    this.#socket = socket
    this.connection = connection
    this.closed = closed
    const decoder = new FrameDecoder(1 << 20, (type, flags, id, bytes, start, end) => {
      const payload = Buffer.from(bytes.subarray(start, end))
      this.frames.push({ type, end: (flags & 1) === 1, id, payload })
      this.#wake()
      return true
    })
    socket.on('data', (chunk: Buffer) => decoder.push(chunk))
    socket.on('error', () => {
      // The gateway's side was dropped while this one wrote: what the test is about.
    })
  }

  static async open(threadIndex = 0, lastId = 0): Promise<FakeInstance> {
    const home = mkdtempSync(join(tmpdir(), 'lk-fake-'))
    const path = join(home, 'i.sock')
    const accepted = Promise.withResolvers<Socket>()
    const closed = Promise.withResolvers<string>()
    const server = createServer(accepted.resolve)
    await new Promise<void>((resolve) => server.listen(path, resolve))
    let fake: FakeInstance | undefined
    const onClose = (reason: string) => {
      if (fake !== undefined) fake.closeCount += 1
      closed.resolve(reason)
    }
    const connection = await InstanceConnection.open(path, threadIndex, onClose, lastId)
    fake = new FakeInstance(home, server, await accepted.promise, connection, closed.promise)
    return fake
  }

  /** The next frame that has not been taken. */
  async next(type?: FrameTypeName): Promise<SeenFrame> {
    for (;;) {
      const frame = this.frames[this.#taken]
      if (frame !== undefined) {
        this.#taken += 1
        if (type === undefined || frame.type === FRAME_TYPES[type]) return frame
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  send(type: FrameTypeName, id: number, payload: Uint8Array = Buffer.alloc(0), end = false): void {
    this.#socket.write(encodeFrame(FRAME_TYPES[type], end ? 1 : 0, id, payload))
  }

  respond(id: number, head: string, body = '', end = true): void {
    this.send('RESPONSE', id, encodeHeadPayload(head, Buffer.from(body)), end)
  }

  credit(id: number, bytes: number): void {
    const payload = Buffer.alloc(4)
    payload.writeUInt32LE(bytes)
    this.send('CREDIT', id, payload)
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Resolves when the gateway's side has read all that was sent, and its frames upon that are here. */
  async settled(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const pong = this.connection.ping()
      await this.next('PING')
      this.send('PONG', 0)
      await pong
    }
  }

  die(): void {
    this.#socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.close()
    this.#socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#home, { recursive: true, force: true })
  }
}

/** A sink that writes down what it is told. */
export class RecordingSink {
  readonly events: string[] = []
  readonly ended: Promise<void>
  body = ''
  #end: () => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#end = resolve
  }

  readonly onHead = (
    status: number,
    headers: string[],
    body: Buffer | undefined,
    end: boolean,
  ): void => {
    this.#note(
      ['head', status, ...headers, ...(body === undefined ? [] : [`+${body}`])].join(' '),
      end,
    )
    this.body += body ?? ''
  }
  readonly onData = (chunk: Buffer, end: boolean): void => {
    this.body += chunk
    this.#note(`data ${chunk.length}`, end)
  }
  readonly onWritable = (): void => this.#note('writable', false)
  readonly onFailure = (kind: string): void => this.#note(`failure ${kind}`, true)
  readonly onLost = (): void => this.#note('lost', true)

  #note(event: string, end: boolean): void {
    this.events.push(end ? `${event} end` : event)
    if (end) this.#end()
  }
}
