/**
 * Every error that a client of the REST API or a caller of a function can meet.
 * `docs/errors.md` has a section per code, and a test keeps the two equal.
 */
export const PUBLIC_ERRORS = {
  // REST API
  invalid_body: [400, 'The request body does not fit its schema.'],
  invalid_json: [400, 'The request body is not valid JSON.'],
  invalid_parameter: [400, 'A path or query parameter is not valid.'],
  invalid_idempotency_key: [400, 'The Idempotency-Key header is not valid.'],
  expire_in_past: [400, 'The expiry lies in the past.'],
  unknown_functions: [400, 'The key names functions that do not exist.'],
  unknown_namespaces: [400, 'The key names namespaces that do not exist.'],
  key_policy: [400, 'The project does not let its keys have this expiry.'],
  unknown_keys: [400, 'The function names keys that do not exist.'],
  unknown_runtime: [400, 'This runtime is not available here.'],
  unknown_flavor: [400, 'This flavor is not offered here.'],
  unauthorized: [401, 'A valid API token is needed.'],
  forbidden: [403, 'Your roles do not allow that.'],
  cross_site_request: [403, 'A request with a cookie must come from the page of this server.'],
  not_found: [404, 'There is no such resource.'],
  method_not_allowed: [405, 'This path does not answer to this method.'],
  name_taken: [409, 'The name is already in use.'],
  conflict: [409, 'The resource is changing or was changed meanwhile.'],
  key_leaked: [409, 'A key that leaked cannot be brought back.'],
  rotation_under_way: [409, 'The key has a new secret already, and the old one still works.'],
  no_rotation: [409, 'The key has one secret: nothing is rotated.'],
  new_secret_used: [409, 'The new secret is in use: callers with it would be refused.'],
  idempotency_in_progress: [409, 'The first request with this Idempotency-Key has not ended yet.'],
  changed_meanwhile: [412, 'It is not as you have read it: somebody has changed it meanwhile.'],
  body_too_large: [413, 'The request body is too large.'],
  unsupported_media_type: [415, 'The request body must be application/json.'],
  idempotency_mismatch: [422, 'This Idempotency-Key was used for another request.'],
  invalid_dependencies: [422, 'The dependencies cannot be read.'],
  too_many_log_ins: [429, 'Too many log-ins failed.'],
  too_many_streams: [429, 'Too many follow this at the moment.'],
  too_many_tests: [429, 'Too many functions are tried at the moment.'],
  internal_error: [500, 'Something went wrong here; the log has it under the request id.'],
  no_data_node: [503, 'No data node is connected that could run it.'],
  storage_full: [507, 'The disk of the server is full; nothing was changed.'],
  // Gateway
  key_required: [401, 'A valid API key is needed in the X-API-Key header.'],
  key_not_permitted: [403, 'This API key does not open that part of the function.'],
  function_not_found: [404, 'No function answers here.'],
  malformed_request: [400, 'The request is not valid HTTP.'],
  https_required: [400, 'This port speaks HTTPS.'],
  invalid_function_json: [400, 'The body is not valid JSON, though its content type says so.'],
  request_timeout: [408, 'The request did not arrive in time.'],
  function_body_too_large: [413, 'The request body is larger than the function accepts.'],
  uri_too_long: [414, 'The request target is too long.'],
  too_many_connections: [429, 'This address has too many connections open.'],
  headers_too_large: [431, 'The request headers are too large.'],
  expectation_unknown: [417, 'The gateway knows no other expectation than 100-continue.'],
  upgrade_not_supported: [501, 'The gateway speaks plain HTTP only, no tunnels and no WebSocket.'],
  function_failed: [500, 'The function failed; its log has the reason under the request id.'],
  instance_lost: [502, 'The instance that served the request ended before it answered.'],
  function_disabled: [503, 'The function is disabled.'],
  function_not_ready: [503, 'The function has no version that can serve yet.'],
  function_start_failed: [503, 'The function could not be started; its log has the reason.'],
  connections_full: [503, 'The gateway has as many connections open as it may have.'],
  queue_full: [503, 'Too many requests wait for this function.'],
  shutting_down: [503, 'The server is stopping.'],
  stale: [503, 'This node has been without its control plane for longer than is allowed.'],
  function_timeout: [504, 'The function did not answer within its time limit.'],
  // Asynchronous calls
  call_not_found: [404, 'There is no such call, or it is not one of this key.'],
  call_under_way: [409, 'The call is under way, or has ended.'],
  call_not_ended: [409, 'The call has not ended yet.'],
  call_result_gone: [410, 'The answer was not kept: it was too large, or there was none.'],
  call_body_too_large: [413, 'The body is larger than an asynchronous call may have.'],
  function_calls_full: [429, 'Too many asynchronous calls of this function wait.'],
  calls_full: [503, 'Too many asynchronous calls wait.'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ErrorCode = keyof typeof PUBLIC_ERRORS

export interface FieldError {
  /** Dotted path of the field, empty for the body itself. */
  readonly field: string
  readonly message: string
}

/** RFC 9457, with `message` and `errors` for clients of the contract. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  /** The same sentence as `detail`: the contract's clients read it. */
  readonly message: string
  readonly request_id: string
  readonly errors?: readonly FieldError[]
}

/** An expected refusal that travels up to the boundary which answers it. Its texts may be shown to anyone. */
export class PublicError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldError[]
  /** When to try again; undefined when that would not help. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    detail?: string,
    fields: readonly FieldError[] = [],
    retryAfterSeconds?: number,
  ) {
    super(detail ?? PUBLIC_ERRORS[code][1])
    this.name = 'PublicError'
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }

  get status(): number {
    return PUBLIC_ERRORS[this.code][0]
  }
}

export function problemOf(
  code: ErrorCode,
  requestId: string,
  detail: string = PUBLIC_ERRORS[code][1],
  fields: readonly FieldError[] = [],
): Problem {
  const [status, title] = PUBLIC_ERRORS[code]
  const problem: Problem = {
    type: `urn:latchkey:error:${code}`,
    title,
    status,
    detail,
    code,
    message: detail,
    request_id: requestId,
  }
  return fields.length === 0 ? problem : { ...problem, errors: fields }
}
