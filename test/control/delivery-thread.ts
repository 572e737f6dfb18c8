import { parentPort, workerData } from 'node:worker_threads'
import { DeliveryWorker } from '../../src/control/delivery-worker.ts'
import { hostRule } from '../../src/domain/webhook-hosts.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { openStore } from '../../src/store/open.ts'
import { HandMadeNodes } from './harness.ts'

/** One control process on a database that others use too, as far as deliveries are concerned. */
export interface DeliveryThreadData {
  readonly path: string
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

const { path, nowMs } = workerData as DeliveryThreadData
const store = await openStore({ path, clock: { now: () => nowMs } })
let attempts = 0
const worker = new DeliveryWorker({
  store,
  nodes: new HandMadeNodes(),
  secrets: new KeyRing(Buffer.alloc(32, 7)),
  webhookHosts: hostRule(['127.0.0.0/8']),
  propagationTimeoutMs: 1_000,
  logger: { info() {}, warn() {}, error() {} },
  onDelivery: () => {
    attempts += 1
  },
})

parentPort!.on('message', async () => {
  await worker.tick()
  await store.close()
  parentPort!.postMessage({ attempts })
  parentPort!.close()
})
parentPort!.postMessage('ready')
