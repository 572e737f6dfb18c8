import { HEADER_BYTES, PROTOCOL_VERSION } from './constants.ts'

/** Writes a frame's header at `at` and returns where its payload starts. */
export function writeFrameHeader(
  target: Buffer,
  at: number,
  payloadBytes: number,
  type: number,
  flags: number,
  id: number,
): number {
  target.writeUInt32LE(payloadBytes, at)
  target[at + 4] = type
  target[at + 5] = flags
  target.writeUInt32LE(id, at + 6)
  return at + HEADER_BYTES
}

/** One frame in a buffer of its own. The request path writes into an `Outbox` instead. */
export function encodeFrame(type: number, flags: number, id: number, payload?: Uint8Array): Buffer {
  const payloadBytes = payload === undefined ? 0 : payload.length
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes)
  const at = writeFrameHeader(frame, 0, payloadBytes, type, flags, id)
  if (payload !== undefined) frame.set(payload, at)
  return frame
}

/** The payload of REQUEST and RESPONSE: u32 head length, the head in latin1, the first body bytes. */
export function encodeHeadPayload(head: string, body?: Uint8Array): Buffer {
  const payload = Buffer.allocUnsafe(4 + head.length + (body === undefined ? 0 : body.length))
  payload.writeUInt32LE(head.length, 0)
  payload.write(head, 4, 'latin1')
  if (body !== undefined) payload.set(body, 4 + head.length)
  return payload
}

export function encodeHelloPayload(threadIndex: number): Buffer {
  const payload = Buffer.allocUnsafe(8)
  payload.writeUInt32LE(threadIndex, 0)
  payload.writeUInt32LE(PROTOCOL_VERSION, 4)
  return payload
}
