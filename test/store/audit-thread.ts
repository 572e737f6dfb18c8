import { parentPort, workerData } from 'node:worker_threads'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { auditOnly } from '../../src/store/audit.ts'
import { change } from '../../src/store/change.ts'
import { openStore } from '../../src/store/open.ts'

/** One control process on a database that others write to at the same time. */
export interface AuditThreadData {
  readonly path: string
  readonly name: string
  readonly rows: number
}

const { path, name, rows } = workerData as AuditThreadData
const store = await openStore({ path })
for (let i = 0; i < rows; i++) {
  const entry = { action: 'key.updated', entityId: name, entityName: `${name} ${i}` } as const
  if (i % 2 === 0) await auditOnly(store, SYSTEM_ACTOR, entry)
  else await change(store, { actor: SYSTEM_ACTOR }, async ({ audit }) => audit(entry))
}
await store.close()
parentPort!.postMessage('done')
