import { parentPort, workerData } from 'node:worker_threads'
import { TriggerScheduler } from '../../src/control/trigger-scheduler.ts'
import { openStore } from '../../src/store/open.ts'

/** One control process on a database that others use too, as far as triggers are concerned. */
export interface SchedulerThreadData {
  readonly path: string
  /** Milliseconds since 1970, as they are now, in one double. */
  readonly clock: SharedArrayBuffer
}

const { path, clock } = workerData as SchedulerThreadData
const now = new Float64Array(clock)
const store = await openStore({ path, clock: { now: () => now[0]! } })
const submitted: string[] = []
const scheduler = new TriggerScheduler({
  store,
  host: 'example.org',
  logger: { info() {}, warn() {}, error() {} },
  calls: {
    list: async () => ({ count: 0, results: [] }),
    find: async () => undefined,
    retry: async () => false,
    remove: async () => false,
    async submit({ id }) {
      submitted.push(id)
      return { kind: 'accepted', id }
    },
  },
})

parentPort!.on('message', async (message: 'tick' | 'end') => {
  if (message === 'tick') {
    await scheduler.tick()
    parentPort!.postMessage({ type: 'ticked' })
    return
  }
  await store.close()
  parentPort!.postMessage({ type: 'ended', submitted })
  parentPort!.close()
})
parentPort!.postMessage({ type: 'ready' })
