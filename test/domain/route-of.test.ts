import { describe, expect, it } from 'vitest'
import { routeOf } from '../../src/domain/route-of.ts'

describe('the route of a function', () => {
  const fn = {
    id: 'f',
    projectId: 1,
    regionId: 1,
    namespaceId: 'n',
    namespace: 'demo',
    name: 'hello',
    label: 'hello-demo-abcdefgh',
    requiresKey: true,
    disabled: false,
    timeoutSeconds: 0,
    bodyBytesMax: 0,
    network: 'outbound' as const,
    autoscaling: { minInstances: 0, maxInstances: 1 },
    deployed: null,
  }
  const artifact = { id: 'a', runtime: 'nodejs26', entry: 'handler.cjs', method: 'handler' }

  it('has no version before the first deployment', () => {
    expect(routeOf(fn)).toMatchObject({ functionId: 'f', timeoutMs: 180_000, version: null })
  })

  it('has the limits of the flavor it was deployed with, and the largest for one that is gone', () => {
    const of = (flavor: string) => routeOf({ ...fn, deployed: { artifact, envs: {}, flavor } })
    expect(of('125m-256MB').version).toMatchObject({ memoryMb: 256, cpuMilli: 125 })
    expect(of('7mCPU-7MB').version).toMatchObject({ memoryMb: 2000, cpuMilli: 1000 })
  })
})
