import { expect, it } from 'vitest'
import { crashRounds } from '../helpers/crash-rounds.ts'

// `npm run crash` does two hundred rounds.
it('a server that is killed while keys are written loses none that it acknowledged', async () => {
  const report = await crashRounds(4)
  expect(report.faults).toEqual([])
  expect(report.created + report.deleted).toBeGreaterThan(0)
}, 180_000)
