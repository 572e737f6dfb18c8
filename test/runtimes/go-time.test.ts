import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GO_BUILD_TIMEOUT_MS, startGo, WITHOUT_GO } from '../helpers/go.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = readFileSync(new URL('fixtures/go-web/handler.go', import.meta.url), 'utf8')
const start = () => startGo({ code: CODE })

describe.skipIf(WITHOUT_GO !== '')(`a Go handler whose time is over${WITHOUT_GO}`, () => {
  test(
    'asks for another instance when it goes on, and the others are served meanwhile',
    async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const { stream } = startCall(connection, { target: '/spin' })
      await shim.line('spinning')
      await shim.ping()
      stream.cancel('timeout')
      expect(await shim.retired()).toMatch(/goes on although its time is over/)
      expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
      await shim.ping()
      // What spins cannot be ended, and is nobody's any more.
      expect(await shim.stop()).toBe(0)
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test('keeps its place when it heeds its context', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    let hasRetired = false
    void shim.retired().then(() => {
      hasRetired = true
    })
    const { stream } = startCall(connection, { target: '/until-cancelled' })
    await shim.line('waiting')
    stream.cancel('timeout')
    await shim.line('cancelled')
    // Longer than what a handler is given.
    await call(connection, { target: '/sleep?for=400ms' })
    expect(hasRetired).toBe(false)
  })

  test('costs none of fifty others that run at the same time', async () => {
    await using shim = await start()
    const connections = [await shim.connect(0), await shim.connect(1)] as const
    const late = Array.from({ length: 50 }, (_, i) =>
      startCall(connections[i % 2]!, { target: i % 5 === 0 ? '/spin' : '/sleep?for=1h' }),
    )
    const others = Array.from({ length: 50 }, (_, i) =>
      call(connections[i % 2]!, { target: `/sleep?for=${100 + i * 10}ms` }),
    )
    await shim.line('spinning')
    for (const { stream } of late) stream.cancel('timeout')
    for (const answer of await Promise.all(others)) {
      expect(answer).toMatchObject({ outcome: 'ended', status: 200 })
    }
    await shim.retired()
    const behind = await Promise.all(connections.map((one) => call(one, { target: '/quick' })))
    expect(behind.map(({ outcome }) => outcome)).toEqual(['ended', 'ended'])
  })
})

describe.skipIf(WITHOUT_GO !== '')(`a Go handler that ends the process${WITHOUT_GO}`, () => {
  test.each([
    ['/exit', 3],
    ['/aside', 2],
  ])('by %s takes no answer with it that was made before', async (target, code) => {
    await using shim = await start()
    const connection = await shim.connect()
    const before = Array.from({ length: 20 }, () => call(connection, { target: '/quick' }))
    for (const answer of await Promise.all(before)) expect(answer.outcome).toBe('ended')
    expect((await call(connection, { target })).outcome).toBe('lost')
    expect(await shim.exited()).toBe(code)
    expect(shim.begunId()).toBe(21)
  })

  test('tells by its marker which requests had begun', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const waiting = startCall(connection, { target: '/sleep?for=1h' })
    await call(connection, { target: '/quick' })
    const fatal = call(connection, { target: '/exit' })
    const behind = Array.from({ length: 20 }, () => call(connection, { target: '/quick' }))
    expect((await fatal).outcome).toBe('lost')
    expect((await waiting.answer).outcome).toBe('lost')
    await Promise.all(behind)
    await shim.exited()
    expect(shim.begunId()).toBeGreaterThanOrEqual(3)
  })

  test('or closes its marker is replaced, for nothing could be told of its requests', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    expect((await call(connection, { target: '/close-marker' })).outcome).toBe('ended')
    expect((await call(connection, { target: '/quick' })).outcome).toBe('lost')
    expect(await shim.exited()).toBe(1)
    expect(shim.begunId()).toBe(1)
  })
})
