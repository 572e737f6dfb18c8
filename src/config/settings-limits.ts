import { integer, type SettingTable } from './setting.ts'

/** What callers may send, and how many connections they may hold for how long. */
export const LIMITS = {
  bodyBytesMax: integer({
    env: 'LATCHKEY_BODY_BYTES_MAX',
    flag: '--body-bytes-max',
    placeholder: 'bytes',
    default: 128 * 1024 * 1024,
    least: 0,
    most: 1024 ** 4,
    sentence: 'The largest body that a caller may send to a function.',
  }),
  headerBytesMax: integer({
    env: 'LATCHKEY_HEADER_BYTES_MAX',
    flag: '--header-bytes-max',
    placeholder: 'bytes',
    default: 16 * 1024,
    least: 1024,
    most: 128 * 1024,
    sentence: "The most bytes that a caller's request line and headers may have together.",
  }),
  headerCountMax: integer({
    env: 'LATCHKEY_HEADER_COUNT_MAX',
    flag: '--header-count-max',
    placeholder: 'count',
    default: 200,
    least: 10,
    most: 10_000,
    sentence: 'How many headers a request may have.',
  }),
  uriBytesMax: integer({
    env: 'LATCHKEY_URI_BYTES_MAX',
    flag: '--uri-bytes-max',
    placeholder: 'bytes',
    default: 8 * 1024,
    least: 128,
    most: 128 * 1024,
    sentence:
      "The longest request target, path and query together; it counts into the headers' bytes too.",
  }),
  headersTimeoutSeconds: integer({
    env: 'LATCHKEY_HEADERS_TIMEOUT_SECONDS',
    flag: '--headers-timeout-seconds',
    placeholder: 'seconds',
    default: 15,
    least: 1,
    most: 600,
    sentence:
      'How long a caller may take to send the headers of a request, from its first byte; on a new connection, from its opening.',
  }),
  requestTimeoutSeconds: integer({
    env: 'LATCHKEY_REQUEST_TIMEOUT_SECONDS',
    flag: '--request-timeout-seconds',
    placeholder: 'seconds',
    default: 300,
    least: 1,
    most: 86_400,
    sentence:
      'How long a caller may take to send a whole request, its headers (never longer than this) and its body.',
  }),
  keepAliveTimeoutSeconds: integer({
    env: 'LATCHKEY_KEEP_ALIVE_TIMEOUT_SECONDS',
    flag: '--keep-alive-timeout-seconds',
    placeholder: 'seconds',
    default: 65,
    least: 1,
    most: 3_600,
    sentence: 'How long a connection may stay open after an answer without a further request.',
  }),
  stallTimeoutSeconds: integer({
    env: 'LATCHKEY_STALL_TIMEOUT_SECONDS',
    flag: '--stall-timeout-seconds',
    placeholder: 'seconds',
    default: 300,
    least: 1,
    most: 86_400,
    sentence:
      'How long a connection with a request in it may carry no byte in either direction; keep it above the longest time limit and wait.',
  }),
  connectionsMax: integer({
    env: 'LATCHKEY_CONNECTIONS_MAX',
    flag: '--connections-max',
    placeholder: 'count',
    default: 10_000,
    least: 1,
    most: 1_000_000,
    sentence:
      'How many connections callers may have open at a time, over all gateway threads; one that is idle makes room for a new one.',
  }),
  connectionsPerAddressMax: integer({
    env: 'LATCHKEY_CONNECTIONS_PER_ADDRESS_MAX',
    flag: '--connections-per-address-max',
    placeholder: 'count',
    default: 1_000,
    least: 0,
    most: 1_000_000,
    sentence:
      'How many connections one IPv4 address or one IPv6 /64 network may have open at a time, over all gateway threads, trusted proxies excepted; 0 for any number.',
  }),
  requestsPerConnectionMax: integer({
    env: 'LATCHKEY_REQUESTS_PER_CONNECTION_MAX',
    flag: '--requests-per-connection-max',
    placeholder: 'count',
    default: 10_000,
    least: 0,
    most: 1_000_000_000,
    sentence:
      'How many requests are answered on one connection before it is closed in good order; 0 for any number.',
  }),
  streamsPerConnectionMax: integer({
    env: 'LATCHKEY_STREAMS_PER_CONNECTION_MAX',
    flag: '--streams-per-connection-max',
    placeholder: 'count',
    default: 100,
    least: 1,
    most: 100_000,
    sentence:
      'How many requests of one connection are worked on at a time, those that HTTP/1 pipelines among them.',
  }),
} satisfies SettingTable
