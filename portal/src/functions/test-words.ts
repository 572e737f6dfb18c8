import type { FunctionTestSerializer } from '../../../src/client/types.ts'

/** Why the gateway let no call through, and what would mend it. */
export interface Refusal {
  readonly title: string
  readonly mend: string
  /** Where it is mended. */
  readonly place?: 'access' | 'expiration' | 'key' | 'code' | 'configuration' | 'logs'
}

const BY_VERDICT: Readonly<Record<string, Refusal>> = {
  missing: {
    title: 'The function wants a key, and none was sent',
    mend: 'Choose a key that opens it.',
  },
  disabled: {
    title: 'The key is disabled',
    mend: 'Enable it, or choose another.',
    place: 'key',
  },
  'not-yet': {
    title: 'The time of the key has not come',
    mend: 'Wait for its start, or set an earlier one.',
    place: 'expiration',
  },
  expired: {
    title: 'The key has expired',
    mend: 'Give it a later expiry, or choose another.',
    place: 'expiration',
  },
  'not-granted': {
    title: 'The key does not open this function',
    mend: 'Grant it the function or its namespace.',
    place: 'access',
  },
  'not-permitted': {
    title: 'The key does not open this method and path',
    mend: 'Widen what it may do with the function, or send what it may.',
    place: 'access',
  },
  unknown: {
    title: 'The gateway does not know the key',
    mend: 'It was deleted or has another secret since a moment ago. Choose it again.',
  },
}

const BY_CODE: Readonly<Record<string, Refusal>> = {
  function_disabled: {
    title: 'The function is disabled',
    mend: 'Enable it at the top of this page.',
  },
  function_not_ready: {
    title: 'The function has no version that can serve',
    mend: 'Mend its build.',
    place: 'code',
  },
  function_start_failed: {
    title: 'The function could not be started',
    mend: 'Its log has the reason.',
    place: 'logs',
  },
  function_failed: {
    title: 'The function threw an error',
    mend: 'Its log has the error under this request.',
    place: 'logs',
  },
  function_timeout: {
    title: 'The function did not answer within its time limit',
    mend: 'Have it answer sooner, or give it more time.',
    place: 'configuration',
  },
  instance_lost: {
    title: 'The instance ended before it answered',
    mend: 'It may have crashed or held too much memory: its log says which.',
    place: 'logs',
  },
  function_body_too_large: {
    title: 'The body is larger than the function accepts',
    mend: 'Send less, or raise its limit.',
    place: 'configuration',
  },
  queue_full: {
    title: 'No instance became free in time',
    mend: 'Let the function have more instances.',
    place: 'configuration',
  },
  invalid_function_json: {
    title: 'The content type says JSON, and the body is none',
    mend: 'Mend the body, or choose another content type.',
  },
}

/** Undefined when the function itself has answered. */
export function refusalOf({ code, verdict, status }: FunctionTestSerializer): Refusal | undefined {
  if (code === null) return undefined
  if (code === 'key_required' || code === 'key_not_permitted') {
    const known = verdict === null ? undefined : BY_VERDICT[verdict]
    return known ?? { title: 'The key was refused', mend: `The verdict is ${verdict}.` }
  }
  // To those without a key that opens it, a disabled function is none.
  if (code === 'function_not_found' && status === 404) {
    return {
      title: 'The function is disabled, and this key would not open it',
      mend: 'Callers are told that there is no such function. Enable it, and choose a key that opens it.',
    }
  }
  return BY_CODE[code] ?? { title: 'The gateway refused the call', mend: `The code is ${code}.` }
}

/** `12 ms`, `1.25 s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

/** Whether an instance had to be started, in words. */
export function startText({ cold, queued_ms: queuedMs, instance }: FunctionTestSerializer): string {
  if (instance === null) return 'No instance was asked.'
  if (cold) return `A cold start: it waited ${durationText(queuedMs)} for an instance.`
  if (queuedMs > 0) return `It waited ${durationText(queuedMs)} until an instance was free.`
  return 'An instance was ready.'
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(2)} MB`
}

/** Of the answer's headers, in lower case; empty when there is none. */
export function headerOf({ headers }: FunctionTestSerializer, name: string): string {
  return headers.find((one) => one.name === name)?.value ?? ''
}

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

export function statusText(status: number): string {
  const phrase = PHRASES[status]
  return phrase === undefined ? String(status) : `${status} ${phrase}`
}
