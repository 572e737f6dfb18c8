import { USAGE_FIELDS, type UsageField, type UsageRow } from '../../src/domain/usage.ts'
import type { Store } from '../../src/store/open.ts'
import { addUsage } from '../../src/store/usage.ts'

let deliveries = 0

/** What a data node would have counted and delivered. */
export async function deliverUsage(
  store: Store,
  usage: {
    readonly rows?: readonly (Omit<UsageRow, 'counts'> & {
      readonly counts: Partial<Record<UsageField, number>>
    })[]
    readonly lastUse?: {
      readonly keyId: string
      readonly functionId: string
      readonly atMs: number
      readonly address: string
    }
  },
): Promise<void> {
  deliveries += 1
  await addUsage(store, {
    node: 'tests',
    boot: 'tests',
    sequence: deliveries,
    rows: (usage.rows ?? []).map((row) => ({
      ...row,
      counts: USAGE_FIELDS.map((field) => row.counts[field] ?? 0),
    })),
    lastUses: usage.lastUse === undefined ? [] : [usage.lastUse],
  })
}
