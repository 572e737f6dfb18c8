import { parentPort, workerData } from 'node:worker_threads'
import { NoticeScheduler } from '../../src/control/notices.ts'
import { openStore } from '../../src/store/open.ts'

/** One control process on a database that others use too, as far as notices are concerned. */
export interface NoticesThreadData {
  readonly path: string
  /** Milliseconds since 1970, as they are now, in one double. */
  readonly clock: SharedArrayBuffer
}

const { path, clock } = workerData as NoticesThreadData
const now = new Float64Array(clock)
const store = await openStore({ path, clock: { now: () => now[0]! } })
const scheduler = new NoticeScheduler({ store, logger: { warn() {}, error() {} } })

parentPort!.on('message', async (message: 'pass' | 'end') => {
  if (message === 'pass') {
    await scheduler.pass()
    parentPort!.postMessage('passed')
    return
  }
  await store.close()
  parentPort!.close()
})
parentPort!.postMessage('ready')
