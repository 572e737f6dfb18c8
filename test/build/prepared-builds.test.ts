import { expect, test } from 'vitest'
import type { BuildOutcome } from '../../src/build/builder.ts'
import { preparedBuilds } from '../../src/build/prepared-builds.ts'
import type { Source } from '../../src/domain/function.ts'
import type { Language } from '../../src/languages/language.ts'
import { languagesOf } from '../../src/languages/languages.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'

type Prepare = NonNullable<Language['prepare']>

const node = NODE_ONLY.languageOf(NODE_RUNTIME)!

/** Builds whatever comes, and says what its log says. */
const builder = {
  async build(source: Source, onProgress?: (line: string) => void): Promise<BuildOutcome> {
    onProgress?.('built')
    const artifact = { id: 'a', runtime: source.runtime, entry: 'handler.js', method: 'handler' }
    return { kind: 'built', artifact, log: 'built\n' }
  },
}

function source(runtime: string): Source {
  return { runtime, codeText: '', files: {}, dependencies: '', mainMethod: 'handler' }
}

async function build(runtime: string, prepare: Prepare = async () => ({ kind: 'ready' })) {
  const language: Language = { ...node, runtimes: ['nodejs26', 'nodejs24'], prepare }
  const lines: string[] = []
  const builds = preparedBuilds(builder, languagesOf([language], 'nearest'))
  const outcome = await builds.build(source(runtime), (line) => lines.push(line))
  return { outcome, lines }
}

test('a runtime that is there is built for as it is', async () => {
  const { outcome, lines } = await build('nodejs24')
  expect(outcome).toMatchObject({ artifact: { runtime: 'nodejs24' }, log: 'built\n' })
  expect(lines).toEqual(['built'])
})

test('a name that stands for another says so first', async () => {
  const { outcome, lines } = await build('nodejs14')
  const line = 'nodejs14 is not here: it runs on nodejs24.'
  expect(outcome).toMatchObject({ artifact: { runtime: 'nodejs24' }, log: `${line}\nbuilt\n` })
  expect(lines).toEqual([line, 'built'])
})

test('what is fetched before a build stands before it in the log', async () => {
  const { outcome, lines } = await build('nodejs24', async (runtime, tell) => {
    tell?.(`Fetching ${runtime}`)
    return { kind: 'ready' }
  })
  expect(outcome.log).toBe('Fetching nodejs24\nbuilt\n')
  expect(lines).toEqual(['Fetching nodejs24', 'built'])
})

test('nothing is built for a runtime that cannot be fetched', async () => {
  const { outcome, lines } = await build('nodejs24', async () => ({
    kind: 'failed',
    message: 'Node 24 could not be fetched: no route',
  }))
  expect(outcome).toEqual({
    kind: 'failed',
    message: 'Node 24 could not be fetched: no route',
    log: 'Node 24 could not be fetched: no route\n',
  })
  expect(lines).toEqual(['Node 24 could not be fetched: no route'])
})

test('a name of no runtime is left to the builder', async () => {
  expect((await build('cobol60')).outcome).toMatchObject({ artifact: { runtime: 'cobol60' } })
})
