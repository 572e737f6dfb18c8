import { expect, it } from 'vitest'
import { deployRounds } from '../helpers/deploy-rounds.ts'

// `npm run deploys` does two hundred.
it('a function that is deployed and rolled back under load loses no request', async () => {
  const report = await deployRounds(15)
  expect(report.faults).toEqual([])
  expect(report.requests).toBeGreaterThan(0)
}, 180_000)
