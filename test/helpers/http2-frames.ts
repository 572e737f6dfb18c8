import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const
export const END_STREAM = 1
export const END_HEADERS = 4
const ACK = 1

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** HTTP/2 frame by frame, for what no client would send. */
export class FrameConnection {
  readonly socket: TLSSocket
  readonly frames: Frame[] = []
  #buffer = Buffer.alloc(0)
  #onChange: () => void = () => {}

  private constructor(socket: TLSSocket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('close', () => this.#onChange())
    socket.on('error', () => {
      // Being cut off is what some tests expect.
    })
  }

  static async open(port: number): Promise<FrameConnection> {
    const socket = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    })
    await once(socket, 'secureConnect')
    const connection = new FrameConnection(socket)
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    connection.send(FRAME.settings, 0, 0, '')
    return connection
  }

  send(type: number, flags: number, stream: number, payload: Buffer | string): void {
    this.socket.write(frame(type, flags, stream, payload))
  }

  /** A request whose headers go out as they are. */
  request(stream: number, headers: readonly (readonly [string, string])[], flags = END_STREAM) {
    this.send(FRAME.headers, flags | END_HEADERS, stream, literalHeaders(headers))
  }

  /** The first frame, already here or to come, that fits; undefined when the connection ends before. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const found = this.frames.find(fits)
      if (found !== undefined || this.socket.closed) return found
      await new Promise<void>((resolve) => {
        this.#onChange = resolve
      })
    }
  }

  /** How the stream was reset, or the connection ended: the error code of RFC 9113, 7. */
  async refusal(stream: number): Promise<number | undefined> {
    const found = await this.frame(
      ({ type, stream: id }) => type === FRAME.goaway || (type === FRAME.reset && id === stream),
    )
    return found?.payload.readUInt32BE(found.type === FRAME.goaway ? 4 : 0)
  }

  async closed(): Promise<void> {
    await this.frame(() => false)
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  #onData(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk])
    while (this.#buffer.length >= 9) {
      const end = 9 + this.#buffer.readUIntBE(0, 3)
      if (this.#buffer.length < end) break
      const [type, flags] = [this.#buffer[3]!, this.#buffer[4]!]
      const stream = this.#buffer.readUInt32BE(5)
      this.frames.push({ type, flags, stream, payload: this.#buffer.subarray(9, end) })
      this.#buffer = this.#buffer.subarray(end)
      if (type === FRAME.settings && flags === 0) this.send(FRAME.settings, ACK, 0, '')
    }
    this.#onChange()
  }
}

export function frame(type: number, flags: number, stream: number, payload: Buffer | string) {
  const body = Buffer.from(payload as string, 'latin1')
  const head = Buffer.alloc(9)
  head.writeUIntBE(body.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, body])
}

/** RFC 7541, 6.2.2: each a literal that is not indexed, its name too, without Huffman. */
export function literalHeaders(headers: readonly (readonly [string, string])[]): Buffer {
  const parts = headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)])
  return Buffer.concat(parts)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  return Buffer.concat([length(bytes.length), bytes])
}

/** RFC 7541, 5.1, with a prefix of seven bits. */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value])
  const bytes = [127]
  let rest = value - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}
