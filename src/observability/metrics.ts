/** One metric as operators see it. Names, units and types follow Prometheus' conventions. */
export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's buckets, ascending, without the infinite one. */
  readonly bounds: readonly number[]
}

/** Names repeat between projects and regions. */
const FUNCTION = ['project', 'region', 'namespace', 'function'] as const

const REQUEST_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
]
const WAIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const START_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const CHANGE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const BUILD_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const API_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Every metric there is. `docs/metrics.md` lists them, and a test keeps the two equal. */
export const METRICS = {
  // The node
  buildInfo: gauge('latchkey_build_info', 'Always 1; the labels say what runs where.', [
    'version',
    'node_version',
    'node',
  ]),
  up: gauge('latchkey_up', 'Whether the process told its numbers in time.', ['process']),
  processCpu: counter('process_cpu_seconds_total', 'Processor time, user and system.', ['process']),
  processMemory: gauge('process_resident_memory_bytes', 'Resident memory.', ['process']),
  processStart: gauge('process_start_time_seconds', 'When it was started, in Unix time.', [
    'process',
  ]),
  openFiles: gauge('process_open_fds', 'Open file descriptors, where the system tells them.', [
    'process',
  ]),
  heapUsed: gauge('latchkey_process_heap_used_bytes', "V8's heap of the main thread in use.", [
    'process',
  ]),
  loopActive: counter(
    'latchkey_event_loop_active_seconds_total',
    "Time in which the thread's event loop worked; its rate is the utilisation, 1 being all of it.",
    ['process', 'thread'],
  ),
  scrapeSeconds: gauge(
    'latchkey_collect_duration_seconds',
    'How long the process took to tell its numbers.',
    ['process'],
  ),

  // Requests
  requests: counter(
    'latchkey_requests_total',
    "Requests that have ended, by the verdict on the key and the answer's class; function is empty where no function answers.",
    [...FUNCTION, 'verdict', 'status'],
  ),
  refusals: counter(
    'latchkey_gateway_answers_total',
    "Requests that the gateway answered in the function's stead, by the code of docs/errors.md.",
    [...FUNCTION, 'code'],
  ),
  requestSeconds: histogram(
    'latchkey_request_duration_seconds',
    'From the head of a request to the end of its answer, of requests that an instance was given.',
    FUNCTION,
    REQUEST_SECONDS,
  ),
  queueSeconds: histogram(
    'latchkey_request_queue_seconds',
    'How long requests waited for an instance, of those that had to.',
    FUNCTION,
    WAIT_SECONDS,
  ),
  coldRequests: counter(
    'latchkey_cold_requests_total',
    'Requests that waited for an instance to be started.',
    FUNCTION,
  ),
  cutRequests: counter(
    'latchkey_cut_requests_total',
    'Requests whose answer did not reach its end: the caller left, or it was broken off.',
    FUNCTION,
  ),
  receivedBytes: counter(
    'latchkey_request_body_bytes_total',
    'Bytes of request bodies that arrived.',
    FUNCTION,
  ),
  sentBytes: counter(
    'latchkey_response_body_bytes_total',
    'Bytes of the bodies of answers.',
    FUNCTION,
  ),
  inFlight: gauge('latchkey_requests_in_flight', 'Requests that instances have now.', FUNCTION),
  queued: gauge('latchkey_requests_queued', 'Requests that wait for an instance now.', FUNCTION),
  unparsed: counter(
    'latchkey_unparsed_requests_total',
    'Requests that ended before they had a head: parser errors, time limits, upgrades, by code.',
    ['code'],
  ),

  // Gateway threads
  threads: gauge('latchkey_gateway_threads', 'Gateway threads that serve.', []),
  silentThreads: gauge(
    'latchkey_gateway_threads_silent',
    'Gateway threads that did not tell their numbers in time; what they counted comes with the next.',
    [],
  ),
  connections: gauge(
    'latchkey_gateway_connections_open',
    'Connections of callers that are open.',
    [],
  ),
  accepted: counter(
    'latchkey_gateway_connections_accepted_total',
    'Connections that were accepted.',
    [],
  ),
  refused: counter(
    'latchkey_gateway_connections_refused_total',
    'Connections that were closed because there were too many.',
    [],
  ),
  accessLogDropped: counter(
    'latchkey_access_log_dropped_lines_total',
    'Lines of the access log that its file, or the reader of standard output, did not take in time.',
    [],
  ),

  // Instances
  instances: gauge('latchkey_instances', 'Instances by state.', [...FUNCTION, 'state']),
  starts: counter('latchkey_instance_starts_total', 'Starts of instances, by their result.', [
    ...FUNCTION,
    'result',
  ]),
  startSeconds: histogram(
    'latchkey_instance_start_seconds',
    'From the order to start an instance until it could serve; spare says whether a waiting process was used.',
    ['spare'],
    START_SECONDS,
  ),
  ends: counter('latchkey_instance_ends_total', 'Ends of instances, by reason.', ['reason']),
  spares: gauge('latchkey_spare_processes', 'Processes that wait for a function.', []),

  // Keys and the feed, on a data node
  keys: gauge(
    'latchkey_keys',
    'Secrets in the table of the node: one for each key, two while it is rotated.',
    [],
  ),
  grants: gauge('latchkey_key_grants', 'Grants in the table: pairs of a key and a function.', []),
  keyBytes: gauge('latchkey_key_table_bytes', 'Memory of the key table.', []),
  functions: gauge('latchkey_functions', 'Functions that the node knows.', []),
  revision: gauge('latchkey_revision', 'The newest revision that the node has applied.', []),
  feedConnected: gauge('latchkey_feed_connected', 'Whether the node is connected to control.', []),
  feedSilence: gauge(
    'latchkey_feed_silence_seconds',
    'Time since the node last heard of control; about one second while connected.',
    [],
  ),
  feedBehind: gauge(
    'latchkey_feed_revisions_behind',
    'Revisions that the node has heard of and not applied.',
    [],
  ),
  journalBytes: gauge(
    'latchkey_replica_journal_bytes',
    'Changes on the disk of the node that are not in its snapshot yet.',
    [],
  ),
  snapshotBytes: gauge('latchkey_replica_snapshot_bytes', "The node's snapshot on its disk.", []),
  certificateExpiry: gauge(
    'latchkey_certificate_expiry_seconds',
    'When the TLS certificate that is served ends, in Unix time.',
    ['name'],
  ),

  // Asynchronous calls
  callsAccepted: counter(
    'latchkey_calls_accepted_total',
    'Asynchronous calls that were taken, of callers and of triggers.',
    ['origin'],
  ),
  callsRefused: counter(
    'latchkey_calls_refused_total',
    'Asynchronous calls that there was no room for, by code.',
    ['code'],
  ),
  callAttempts: counter(
    'latchkey_call_attempts_total',
    'Tries of asynchronous calls, by what followed.',
    ['result'],
  ),
  callsEnded: counter(
    'latchkey_calls_ended_total',
    'Asynchronous calls that have ended, by their last state.',
    ['state'],
  ),
  calls: gauge('latchkey_calls', 'Asynchronous calls that the node keeps, by state.', ['state']),
  callBytes: gauge(
    'latchkey_call_bytes',
    'What the requests and answers of asynchronous calls take on the disk.',
    [],
  ),

  // Control
  committed: gauge(
    'latchkey_control_revision',
    'The newest revision that control has committed.',
    [],
  ),
  nodeConnected: gauge(
    'latchkey_node_connected',
    'Whether the data node is connected to control.',
    ['data_node'],
  ),
  nodeBehind: gauge(
    'latchkey_node_revisions_behind',
    'Revisions that the data node has not acknowledged.',
    ['data_node'],
  ),
  propagation: histogram(
    'latchkey_change_propagation_seconds',
    'From the commit of a change until every live node had applied it, or the wait was given up.',
    [],
    CHANGE_SECONDS,
  ),
  lagging: counter(
    'latchkey_changes_lagging_total',
    'Changes that were answered before every live node had applied them.',
    [],
  ),
  buildSeconds: histogram(
    'latchkey_build_duration_seconds',
    'Builds of functions, by runtime and result; one whose artifact was there already takes no time.',
    ['runtime', 'result'],
    BUILD_SECONDS,
  ),
  tasks: gauge('latchkey_tasks', 'Tasks that are kept, by state.', ['state']),
  deliveries: counter(
    'latchkey_delivery_attempts_total',
    'Attempts to deliver notices by webhook and by mail, by what followed.',
    ['kind', 'result'],
  ),
  deliveriesWaiting: gauge(
    'latchkey_deliveries_waiting',
    'Notices that are not delivered yet and will be tried, or tried again.',
    ['kind'],
  ),
  deliveryOldest: gauge(
    'latchkey_delivery_oldest_seconds',
    'How long the oldest of them has waited since it was queued.',
    [],
  ),
  apiSeconds: histogram(
    'latchkey_api_request_duration_seconds',
    'Requests of the REST API by route; route is empty where none answers.',
    ['method', 'route', 'status'],
    API_SECONDS,
  ),
  databaseBytes: gauge(
    'latchkey_database_bytes',
    'The database on the disk, its log included.',
    [],
  ),
} as const satisfies Record<string, Metric>

function counter(name: string, help: string, labels: readonly string[]): Metric {
  return { name, type: 'counter', help, labels, bounds: [] }
}

function gauge(name: string, help: string, labels: readonly string[]): Metric {
  return { name, type: 'gauge', help, labels, bounds: [] }
}

function histogram(
  name: string,
  help: string,
  labels: readonly string[],
  bounds: readonly number[],
): Metric {
  return { name, type: 'histogram', help, labels, bounds }
}
