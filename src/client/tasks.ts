import { backoffMs } from '../lib/backoff.ts'
import { ApiError, UnreachableError } from './errors.ts'
import { type Send, segments } from './http.ts'
import type { TaskCollectionSerializer, TaskSerializer, TaskState } from './types.ts'

export interface TaskListQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly order_by?: 'asc' | 'desc' | undefined
  readonly project_id?: readonly number[] | undefined
  readonly region_id?: readonly number[] | undefined
  readonly state?: readonly TaskState[] | undefined
  readonly task_type?: string | undefined
}

export interface WaitOptions {
  /** Called after every look at the task that has not ended; the wait goes on when it resolves. */
  readonly onProgress?: (task: TaskSerializer) => void | Promise<void>
  readonly signal?: AbortSignal | undefined
  /** Between two looks; doubles from the first to the longest. */
  readonly pollMs?: { readonly firstMs: number; readonly longestMs: number }
}

const POLL_MS = { firstMs: 60, longestMs: 1_500 }
/** A restart of the server takes seconds and does not end its tasks. */
const FAILED_LOOKS_MAX = 6

export function taskCalls(send: Send) {
  const get = (id: string, signal?: AbortSignal) =>
    send<TaskSerializer>('GET', segments('tasks', id), { signal })
  return {
    list: (query: TaskListQuery = {}) =>
      send<TaskCollectionSerializer>('GET', '/tasks', { query: { ...query } }),
    get,
    /** Resolves when the task has ended, as FINISHED or as ERROR with a sentence in `error`. */
    wait: (id: string, options: WaitOptions = {}) => waitForTask(get, id, options),
  }
}

async function waitForTask(
  get: (id: string, signal?: AbortSignal) => Promise<TaskSerializer>,
  id: string,
  options: WaitOptions,
): Promise<TaskSerializer> {
  let failedLooks = 0
  for (let look = 0; ; look++) {
    try {
      const task = await get(id, options.signal)
      if (task.state === 'FINISHED' || task.state === 'ERROR') return task
      failedLooks = 0
      await options.onProgress?.(task)
    } catch (error) {
      failedLooks += 1
      if (!isPassing(error) || failedLooks > FAILED_LOOKS_MAX) throw error
    }
    await delay(backoffMs(look, options.pollMs ?? POLL_MS), options.signal)
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500)
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
