/** The numbers of the frame protocol. `runtimes/PROTOCOL.md` is its page, and a test keeps the two equal. */
export const PROTOCOL_VERSION = 1

/** u32 LE payload length, u8 type, u8 flags, u32 LE request id. */
export const HEADER_BYTES = 10

export const FRAME_TYPES = {
  HELLO: 1,
  REQUEST: 2,
  RESPONSE: 3,
  DATA: 4,
  CREDIT: 5,
  CANCEL: 6,
  FAILURE: 7,
  PING: 8,
  PONG: 9,
  ASSIGN: 16,
  READY: 17,
  FAILED: 18,
  STOP: 19,
  RETIRE: 20,
} as const
export type FrameTypeName = keyof typeof FRAME_TYPES

/** The last frame of its direction of a request. */
export const FLAG_END = 1

/** The longest payload on a request socket. */
export const PAYLOAD_BYTES_MAX = 256 * 1024
/** The longest payload on the control channel: an assignment carries all environment variables. */
export const CONTROL_PAYLOAD_BYTES_MAX = 2 * 1024 * 1024
/** The longest head of a request or response. */
export const HEAD_BYTES_MAX = 128 * 1024
/** Longer body pieces are cut, so that one request's body does not hold up the others' frames. */
export const DATA_BYTES_MAX = 64 * 1024

/** The credit that each direction of each request starts with, and never exceeds. */
export const WINDOW_BYTES = 256 * 1024
/** A receiver grants new credit when it has consumed so much. */
export const GRANT_BYTES = WINDOW_BYTES / 2

export const REQUEST_ID_MAX = 0xffff_ffff

export const CANCEL_REASONS = { timeout: 1, 'caller-gone': 2 } as const
export type CancelReason = keyof typeof CANCEL_REASONS

export const FAILURE_KINDS = { 'handler-error': 1, 'invalid-json': 2, 'broken-off': 3 } as const
export type FailureKind = keyof typeof FAILURE_KINDS

/** Fields that belong to one HTTP connection: they never cross the frames in either direction. */
export const HOP_BY_HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
