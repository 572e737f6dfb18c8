import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PrepareOutcome } from '../../src/languages/language.ts'
import { languagesOf } from '../../src/languages/languages.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'
import { Harness } from './harness.ts'

const HELLO = 'module.exports = { handler: () => "hello" }\n'

let harness: Harness
let isThere: boolean
let errors: string[]
/** One for each fetch that was begun. */
let fetches: PromiseWithResolvers<PrepareOutcome>[]

/** A data node whose Node has to be fetched first. */
const node = NODE_ONLY.languageOf(NODE_RUNTIME)!
const languages = languagesOf([
  {
    ...node,
    isReady: () => isThere,
    async prepare() {
      if (isThere) return { kind: 'ready' }
      const fetch = Promise.withResolvers<PrepareOutcome>()
      fetches.push(fetch)
      return fetch.promise
    },
  },
])

beforeEach(async () => {
  isThere = false
  fetches = []
  errors = []
  const write = (text: string): void => {
    const line = JSON.parse(text)
    errors.push(line.err?.message ?? line.msg)
  }
  harness = await Harness.create({ languages, logger: pino({ level: 'error' }, { write }) })
})

afterEach(() => harness.close())

function fetched(): void {
  isThere = true
  for (const fetch of fetches) fetch.resolve({ kind: 'ready' })
}

test('a runtime that a node lacks is fetched as soon as a route wants it, and once', async () => {
  const route = await harness.route(HELLO)
  harness.engine.applyRoutes([route], [])
  expect(fetches).toHaveLength(1)
  await harness.demand(route, 1)
  expect(fetches).toHaveLength(1)
  expect(errors).toEqual([`${NODE_RUNTIME} is not on this node yet; it is being fetched`])
  expect(harness.engine.status()).toEqual({ 'fn-1': { total: 0, ready: 0 } })

  fetched()
  harness.clock.advance(60_000)
  await harness.demand(route, 1)
  const [up] = await harness.thread.until('instance-up')
  expect(await harness.call(up!)).toBe('hello')
})

test('a version is tried when its runtime is there', async () => {
  const route = await harness.route(HELLO)
  const tried = harness.engine.tryVersion(route)
  expect(fetches).toHaveLength(1)
  fetched()
  expect(await tried).toMatchObject({ kind: 'ready' })
})

test('a version whose runtime cannot be fetched does not start, and says why', async () => {
  const tried = harness.engine.tryVersion(await harness.route(HELLO))
  const message = 'Node 99 could not be fetched: no route to the registry'
  fetches[0]!.resolve({ kind: 'failed', message })
  expect(await tried).toEqual({ kind: 'failed', message })
  expect(errors).toEqual([message])
})
