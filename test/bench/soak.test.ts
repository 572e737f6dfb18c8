import { expect, test } from 'vitest'
import { soak } from '../../bench/soak/soak.ts'

test('a short soak is answered as it has to be, and leaves nothing behind', async () => {
  const { ledger, samples } = await soak({ seconds: 10 })
  expect(ledger.faults).toEqual([])
  expect(samples.length).toBeGreaterThan(0)
  expect(ledger.tally('hello').answered).toBeGreaterThan(0)
  expect(ledger.disturbances.get('key made, used, deleted, refused')).toBeGreaterThan(0)
})
