import { availableParallelism } from 'node:os'
import { parseToken, TOKEN_PATTERN, TOKEN_SECRET_CHARS_MIN } from '../domain/token.ts'
import { parseAddressRange } from '../lib/addresses.ts'
import {
  choice,
  INVALID,
  integer,
  list,
  offByDefault,
  onByDefault,
  portOrNone,
  type Setting,
  secret,
  text,
} from './setting.ts'

const DOMAIN =
  /^(?=.{1,190}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/
const GATEWAY_THREADS_MAX = 64
const HOST = /^[0-9A-Za-z.:_-]{1,253}$/

/** Every setting of `latchkey serve`. `docs/configuration.md` is made from this table. */
export const DEFINITIONS = {
  dataDir: text(
    {
      env: 'LATCHKEY_DATA_DIR',
      flag: '--data-dir',
      placeholder: 'folder',
      default: './.latchkey',
      expects: 'the path of a folder',
      sentence:
        'Where everything is kept: the database, built functions, logs. Made when it is absent.',
    },
    (value) => value.length > 0 && !value.includes('\0'),
  ),
  host: text(
    {
      env: 'LATCHKEY_HOST',
      flag: '--host',
      placeholder: 'address',
      default: '127.0.0.1',
      expects: 'an IP address or a host name',
      sentence: 'The address that both ports listen on.',
    },
    (value) => HOST.test(value),
  ),
  apiPort: integer({
    env: 'LATCHKEY_API_PORT',
    flag: '--api-port',
    placeholder: 'port',
    default: 8080,
    least: 0,
    most: 65_535,
    sentence: 'The port of the REST API; 0 takes a free one.',
  }),
  gatewayPort: integer({
    env: 'LATCHKEY_GATEWAY_PORT',
    flag: '--gateway-port',
    placeholder: 'port',
    default: 8081,
    least: 0,
    most: 65_535,
    sentence: 'The port on which functions are called; 0 takes a free one.',
  }),
  metricsHost: text(
    {
      env: 'LATCHKEY_METRICS_HOST',
      flag: '--metrics-host',
      placeholder: 'address',
      default: '127.0.0.1',
      expects: 'an IP address or a host name',
      sentence: 'The address that the metrics port listens on. It asks for no token.',
    },
    (value) => HOST.test(value),
  ),
  metricsPort: portOrNone({
    env: 'LATCHKEY_METRICS_PORT',
    flag: '--metrics-port',
    placeholder: 'port',
    default: 8082,
    sentence: 'The port of `/metrics` for Prometheus; 0 takes a free one, off opens none.',
  }),
  tlsCert: text({
    env: 'LATCHKEY_TLS_CERT',
    flag: '--tls-cert',
    placeholder: 'file',
    default: '',
    defaultText: 'none: plain HTTP',
    expects: 'the path of a file',
    sentence:
      'The certificate of the gateway in PEM form, those of its authorities after it. With it the gateway port speaks TLS only, HTTP/1.1 and HTTP/2.',
  }),
  tlsKey: text({
    env: 'LATCHKEY_TLS_KEY',
    flag: '--tls-key',
    placeholder: 'file',
    default: '',
    defaultText: 'none',
    expects: 'the path of a file',
    sentence: "The certificate's private key in PEM form, not encrypted.",
  }),
  tlsDir: text({
    env: 'LATCHKEY_TLS_DIR',
    flag: '--tls-dir',
    placeholder: 'folder',
    default: '',
    defaultText: 'none',
    expects: 'the path of a folder',
    sentence:
      'More certificates, chosen by the host that a caller asks for: `<name>.crt` with `<name>.key`, or a folder for each with `tls.crt` and `tls.key` or with `fullchain.pem` and `privkey.pem`.',
  }),
  tlsMinVersion: choice({
    env: 'LATCHKEY_TLS_MIN_VERSION',
    flag: '--tls-min-version',
    placeholder: 'version',
    choices: ['TLSv1.2', 'TLSv1.3'],
    default: 'TLSv1.2',
    sentence: 'The oldest version of TLS that is spoken.',
  }),
  apiTlsCert: text({
    env: 'LATCHKEY_API_TLS_CERT',
    flag: '--api-tls-cert',
    placeholder: 'file',
    default: '',
    defaultText: 'none: plain HTTP',
    expects: 'the path of a file',
    sentence:
      'A certificate for the REST API in PEM form, which may be the same. With it the API port speaks HTTPS only.',
  }),
  apiTlsKey: text({
    env: 'LATCHKEY_API_TLS_KEY',
    flag: '--api-tls-key',
    placeholder: 'file',
    default: '',
    defaultText: 'none',
    expects: 'the path of a file',
    sentence: "The API certificate's private key in PEM form, not encrypted.",
  }),
  publicUrl: text(
    {
      env: 'LATCHKEY_PUBLIC_URL',
      flag: '--public-url',
      placeholder: 'url',
      default: '',
      defaultText: 'http(s)://<host>:<gateway port>',
      expects: 'an http:// or https:// URL without query and fragment',
      sentence: "The base of every function's endpoint, as callers reach the gateway.",
    },
    isBaseUrl,
  ),
  domain: text(
    {
      env: 'LATCHKEY_DOMAIN',
      flag: '--domain',
      placeholder: 'name',
      default: '',
      defaultText: 'none: endpoints by path',
      expects: 'a domain name in lower case, such as fn.example.org',
      sentence: 'Gives every function a host of its own, one label below this domain.',
    },
    (value) => value === '' || DOMAIN.test(value),
  ),
  trustedProxies: list(
    {
      env: 'LATCHKEY_TRUSTED_PROXIES',
      flag: '--trusted-proxies',
      placeholder: 'addresses',
      defaultText: 'none',
      expects: 'IP addresses and ranges such as 10.0.0.0/8 or 2001:db8::/32, separated by commas',
      sentence: 'Who is believed when it says in X-Forwarded-* or Forwarded for whom it calls.',
    },
    (part) => parseAddressRange(part) !== undefined,
  ),
  adminToken: secret(
    {
      env: 'LATCHKEY_ADMIN_TOKEN',
      expects: `${TOKEN_PATTERN}, the secret of at least ${TOKEN_SECRET_CHARS_MIN} visible characters`,
      sentence: "An operator's token for automation, used instead of a made one and never printed.",
    },
    (value) => {
      const token = parseToken(value)
      if (token === undefined || token.id === 0) return INVALID
      return token.secret.length < TOKEN_SECRET_CHARS_MIN ? INVALID : token
    },
  ),
  demo: onByDefault({
    env: 'LATCHKEY_DEMO',
    flag: '--no-demo',
    sentence: 'Whether the first start makes a namespace, a function and a key to try.',
  }),
  role: choice({
    env: 'LATCHKEY_ROLE',
    flag: '--role',
    placeholder: 'role',
    choices: ['all', 'control', 'data'],
    default: 'all',
    sentence: 'Which part runs: both under one supervisor, or one of them alone.',
  }),
  gatewayThreads: integer({
    env: 'LATCHKEY_GATEWAY_THREADS',
    flag: '--gateway-threads',
    placeholder: 'count',
    default: Math.min(availableParallelism(), GATEWAY_THREADS_MAX),
    defaultText: 'as many as processor cores',
    least: 1,
    most: GATEWAY_THREADS_MAX,
    sentence: 'How many threads serve callers on the gateway port.',
  }),
  instanceConcurrency: integer({
    env: 'LATCHKEY_INSTANCE_CONCURRENCY',
    flag: '--instance-concurrency',
    placeholder: 'count',
    default: 32,
    least: 1,
    most: 10_000,
    sentence: 'How many requests one instance is given at a time before another is started.',
  }),
  idleTimeoutSeconds: integer({
    env: 'LATCHKEY_IDLE_TIMEOUT_SECONDS',
    flag: '--idle-timeout-seconds',
    placeholder: 'seconds',
    default: 60,
    least: 1,
    most: 86_400,
    sentence:
      'How long an instance above the minimum stays without a request before it is stopped.',
  }),
  spareInstances: integer({
    env: 'LATCHKEY_SPARE_INSTANCES',
    flag: '--spare-instances',
    placeholder: 'count',
    default: 1,
    least: 0,
    most: 64,
    sentence:
      'How many processes are started ahead, so that a first call need not wait for one; 0 for none.',
  }),
  startTimeoutSeconds: integer({
    env: 'LATCHKEY_START_TIMEOUT_SECONDS',
    flag: '--start-timeout-seconds',
    placeholder: 'seconds',
    default: 30,
    least: 1,
    most: 600,
    sentence: 'How long an instance may take until it can serve.',
  }),
  buildTimeoutSeconds: integer({
    env: 'LATCHKEY_BUILD_TIMEOUT_SECONDS',
    flag: '--build-timeout-seconds',
    placeholder: 'seconds',
    default: 300,
    least: 1,
    most: 3_600,
    sentence: 'How long a build may take, the installation of dependencies included.',
  }),
  queueLength: integer({
    env: 'LATCHKEY_QUEUE_LENGTH',
    flag: '--queue-length',
    placeholder: 'count',
    default: 1_000,
    least: 0,
    most: 1_000_000,
    sentence:
      'How many requests of one function may wait in one gateway thread for a free instance.',
  }),
  queueTimeoutSeconds: integer({
    env: 'LATCHKEY_QUEUE_TIMEOUT_SECONDS',
    flag: '--queue-timeout-seconds',
    placeholder: 'seconds',
    default: 30,
    least: 1,
    most: 600,
    sentence: 'How long a request waits for a free instance before it is answered 503.',
  }),
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
  stalenessSecondsMax: integer({
    env: 'LATCHKEY_STALENESS_SECONDS_MAX',
    flag: '--staleness-seconds-max',
    placeholder: 'seconds',
    default: 0,
    least: 0,
    most: 31_536_000,
    sentence: 'How long a data node serves without word from control; 0 means without end.',
  }),
  propagationTimeoutSeconds: integer({
    env: 'LATCHKEY_PROPAGATION_TIMEOUT_SECONDS',
    flag: '--propagation-timeout-seconds',
    placeholder: 'seconds',
    default: 5,
    least: 1,
    most: 60,
    sentence:
      'How long a change waits for every live data node before its answer names those that lag.',
  }),
  drainSeconds: integer({
    env: 'LATCHKEY_DRAIN_SECONDS',
    flag: '--drain-seconds',
    placeholder: 'seconds',
    default: 0,
    least: 0,
    most: 600,
    sentence:
      'How long a stop goes on serving while `/readyz` says no, so that load balancers leave first.',
  }),
  usageMinutesDays: integer({
    env: 'LATCHKEY_USAGE_MINUTES_DAYS',
    flag: '--usage-minutes-days',
    placeholder: 'days',
    default: 3,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the minute.',
  }),
  usageHoursDays: integer({
    env: 'LATCHKEY_USAGE_HOURS_DAYS',
    flag: '--usage-hours-days',
    placeholder: 'days',
    default: 90,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the hour.',
  }),
  usageDays: integer({
    env: 'LATCHKEY_USAGE_DAYS',
    flag: '--usage-days',
    placeholder: 'days',
    default: 730,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the day.',
  }),
  stopTimeoutSeconds: integer({
    env: 'LATCHKEY_STOP_TIMEOUT_SECONDS',
    flag: '--stop-timeout-seconds',
    placeholder: 'seconds',
    default: 20,
    least: 1,
    most: 600,
    sentence: 'How long a stop waits for requests in flight.',
  }),
  accessLog: text(
    {
      env: 'LATCHKEY_ACCESS_LOG',
      flag: '--access-log',
      placeholder: 'where',
      default: 'off',
      expects: 'off, stdout, or the path of a file',
      sentence: 'Where a JSON line for each request that callers make is written.',
    },
    (value) => value.length > 0 && !value.includes('\0'),
  ),
  accessLogBytesMax: integer({
    env: 'LATCHKEY_ACCESS_LOG_BYTES_MAX',
    flag: '--access-log-bytes-max',
    placeholder: 'bytes',
    default: 100 * 1024 * 1024,
    least: 0,
    most: 1024 ** 4,
    sentence:
      'The size at which the file of the access log is renamed and begun anew; 0 for never.',
  }),
  accessLogFiles: integer({
    env: 'LATCHKEY_ACCESS_LOG_FILES',
    flag: '--access-log-files',
    placeholder: 'count',
    default: 5,
    least: 1,
    most: 1_000,
    sentence: 'How many renamed files of the access log are kept.',
  }),
  accessLogQuery: offByDefault({
    env: 'LATCHKEY_ACCESS_LOG_QUERY',
    flag: '--access-log-query',
    sentence: 'Whether the access log shows query strings, in which people put secrets.',
  }),
  logLevel: choice({
    env: 'LATCHKEY_LOG_LEVEL',
    flag: '--log-level',
    placeholder: 'level',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    sentence: "The least severe of the server's own log lines that are written to standard error.",
  }),
} satisfies Record<string, Setting<unknown>>

type Definitions = typeof DEFINITIONS
export type SettingName = keyof Definitions
export type Settings = {
  readonly [N in SettingName]: Definitions[N] extends Setting<infer T> ? T : never
}

/** The table as a list, for help and documents. */
export const SETTINGS: readonly (Setting<unknown> & { readonly name: SettingName })[] =
  Object.entries(DEFINITIONS).map(([name, setting]) => ({
    ...(setting as Setting<unknown>),
    name: name as SettingName,
  }))

function isBaseUrl(value: string): boolean {
  if (value === '') return true
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return false
  return url.search === '' && url.hash === '' && url.username === '' && url.password === ''
}
