import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBuilder } from '../../src/build/builder.ts'
import { deferred } from '../../src/lib/deferred.ts'
import { listAudit } from '../../src/store/audit.ts'
import { feedSource } from '../../src/store/feed.ts'
import { NODE_ONLY } from '../helpers/languages.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  builtFrom,
  CONTEXT,
  createNamespace,
  helloFunction,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

const HELLO = { namespace: 'demo', name: 'hello' }
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

async function create(name: string) {
  const input = helloFunction(name)
  return (await rig.control.functions.create(CONTEXT, SCOPE, 'demo', input)).value
}

async function change(codeText: string) {
  return (await rig.control.functions.update(CONTEXT, SCOPE, HELLO, { codeText })).value
}

/** Builds wait until they are let go, in any order. */
function holdBuilds() {
  const gates = new Map<string, ReturnType<typeof deferred<void>>>()
  const gate = (code: string) => {
    const found = gates.get(code) ?? deferred<void>()
    gates.set(code, found)
    return found
  }
  rig.builder.behaviour = async (source) => {
    await gate(source.codeText).promise
    return builtFrom(source)
  }
  return (code: string) => gate(code).resolve()
}

/** Bounded only so that a failure is told. */
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 50_000 })
const codes = () => rig.builder.sources.map((source) => source.codeText)

describe('the deploy worker', () => {
  it('shows a task that is under way, and the lines of its build', async () => {
    const release = deferred<void>()
    rig.builder.behaviour = async (source, onProgress) => {
      onProgress('added 3 packages')
      await release.promise
      return builtFrom(source)
    }
    const task = await create('hello')
    await eventually(async () => {
      expect((await rig.control.tasks.get(task.id)).state).toBe('RUNNING')
      const { fn } = await rig.control.functions.get(SCOPE, HELLO)
      expect(fn).toMatchObject({ buildStatus: 'building', buildMessage: 'added 3 packages\n' })
    })
    release.resolve()
    expect((await rig.control.taskEnded(task.id)).state).toBe('FINISHED')
    const { fn } = await rig.control.functions.get(SCOPE, HELLO)
    expect(fn.buildMessage).toBe('Built handler.cjs.\n')
  })

  it('builds two functions at a time and those of one function one after the other', async () => {
    const release = holdBuilds()
    const first = await create('hello')
    await eventually(() => expect(rig.builder.running).toBe(1))
    const second = await change('two')
    const other = await create('other')
    const third = await create('third')
    await eventually(() => expect(rig.builder.running).toBe(2))
    expect(codes()).not.toContain('two')
    release(helloFunction('other').codeText)
    await rig.control.taskEnded(other.id)
    release(helloFunction('third').codeText)
    await rig.control.taskEnded(third.id)
    expect(codes()).not.toContain('two')
    release(helloFunction('hello').codeText)
    await rig.control.taskEnded(first.id)
    // A build that was overtaken says nothing of the newer source.
    const { fn } = await rig.control.functions.get(SCOPE, HELLO)
    expect(['pending', 'building']).toContain(fn.buildStatus)
    release('two')
    expect((await rig.control.taskEnded(second.id)).state).toBe('FINISHED')
    expect((await rig.control.functions.get(SCOPE, HELLO)).fn.buildStatus).toBe('succeeded')
    expect(rig.builder.mostRunning).toBe(2)
  })

  it('ends the task of a function that was deleted meanwhile with an error', async () => {
    const release = holdBuilds()
    const running = await create('hello')
    await eventually(() => expect(rig.builder.running).toBe(1))
    const waiting = await change('two')
    await rig.control.functions.delete(CONTEXT, SCOPE, HELLO)
    release(helloFunction('hello').codeText)
    for (const { id } of [running, waiting]) {
      expect(await rig.control.taskEnded(id)).toMatchObject({
        state: 'ERROR',
        error: 'The function was deleted.',
      })
    }
    expect((await wholeSnapshot(feedSource(rig.store))).routes).toEqual([])
  })

  it('is finished only when the nodes have applied the new version', async () => {
    const applied = deferred<void>()
    const create = rig.control.functions.create(CONTEXT, SCOPE, 'demo', helloFunction('hello'))
    const { value } = await create
    rig.nodes.onApplied = () => applied.promise
    await eventually(async () => {
      expect((await wholeSnapshot(feedSource(rig.store))).routes[0]?.version).not.toBeNull()
    })
    expect((await rig.control.tasks.get(value.id)).state).toBe('RUNNING')
    applied.resolve()
    expect((await rig.control.taskEnded(value.id)).state).toBe('FINISHED')
  })

  it('ends a task whose build breaks off with a sentence that leads to the log', async () => {
    rig.builder.behaviour = async () => {
      throw new Error('disk on fire')
    }
    const task = await create('hello')
    const ended = await rig.control.taskEnded(task.id)
    expect(ended.state).toBe('ERROR')
    expect(ended.error).toContain(task.id)
    expect(ended.error).not.toContain('disk on fire')
    expect(rig.logged.flat()).toContainEqual(
      expect.objectContaining({ err: expect.objectContaining({ message: 'disk on fire' }) }),
    )
  })
})

describe('after a crash', () => {
  // The first life is left as it stands: nothing of it is told that it is over.
  it('takes up what was being built', async () => {
    rig.builder.behaviour = () => new Promise(() => {})
    const task = await create('hello')
    await eventually(() => expect(rig.builder.running).toBe(1))
    const second = await rig.again()
    expect((await second.control.taskEnded(task.id)).state).toBe('FINISHED')
    expect((await second.control.functions.get(SCOPE, HELLO)).fn.buildStatus).toBe('succeeded')
  })

  it('takes up what was never begun', async () => {
    await rig.control.stop()
    const task = await create('hello')
    expect(rig.builder.sources).toEqual([])
    const second = await rig.again()
    expect((await second.control.taskEnded(task.id)).state).toBe('FINISHED')
  })

  it('finishes what was put to work and not yet reported', async () => {
    const task = await create('hello')
    rig.nodes.onApplied = () => new Promise(() => {})
    await eventually(async () => {
      expect((await wholeSnapshot(feedSource(rig.store))).routes[0]?.version).not.toBeNull()
    })
    const second = await rig.again()
    expect((await second.control.taskEnded(task.id)).state).toBe('FINISHED')
    const ids = (await listAudit(rig.store.db)).map((row) => row.revision ?? 0)
    expect(new Set(ids).size).toBe(Math.max(...ids))
  })

  it('lets a worker that was taken over write nothing any more', async () => {
    const late = deferred<void>()
    rig.builder.behaviour = async () => {
      await late.promise
      return { kind: 'failed', message: 'from the dead', log: '' }
    }
    const task = await create('hello')
    await eventually(() => expect(rig.builder.running).toBe(1))
    const second = await rig.again()
    await second.control.taskEnded(task.id)
    late.resolve()
    await rig.control.stop()
    expect((await second.control.tasks.get(task.id)).state).toBe('FINISHED')
    const { fn } = await second.control.functions.get(SCOPE, HELLO)
    expect(fn).toMatchObject({ buildStatus: 'succeeded', buildMessage: 'Built handler.cjs.\n' })
  })
})

describe('stopping', () => {
  it('leaves a build that was ended by the stop to the next start', async () => {
    const late = deferred<void>()
    rig.builder.behaviour = async () => {
      await late.promise
      return { kind: 'failed', message: 'ended because the server stops', log: '' }
    }
    const task = await create('hello')
    await eventually(() => expect(rig.builder.running).toBe(1))
    const stopped = rig.control.stop()
    late.resolve()
    await stopped
    expect((await rig.control.tasks.get(task.id)).state).toBe('RUNNING')
    const second = await rig.again()
    expect((await second.control.taskEnded(task.id)).state).toBe('FINISHED')
  })
})

describe('with the real builder', () => {
  it('deploys code that parses, and answers with the parser’s line for code that does not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lk-artifacts-'))
    const builder = await createBuilder({
      languages: NODE_ONLY,
      artifactsFolder: folder,
      timeoutMs: 60_000,
      logger: pino({ enabled: false }),
    })
    try {
      await rig.control.stop()
      const second = await rig.again({ builder })
      const input = helloFunction('hello', { codeText: 'exports.handler = () => 1' })
      const made = await second.control.functions.create(CONTEXT, SCOPE, 'demo', input)
      expect((await second.control.taskEnded(made.value.id)).state).toBe('FINISHED')
      const patch = { codeText: 'exports.handler = (' }
      const broken = await second.control.functions.update(CONTEXT, SCOPE, HELLO, patch)
      const ended = await second.control.taskEnded(broken.value.id)
      expect(ended.state).toBe('ERROR')
      expect(ended.error).toMatch(/SyntaxError/)
      const { fn } = await second.control.functions.get(SCOPE, HELLO)
      expect(fn.buildStatus).toBe('failed')
      expect(fn.buildMessage).toContain(ended.error)
    } finally {
      await builder.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
