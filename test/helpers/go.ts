import { hash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Source, SourceFiles } from '../../src/domain/function.ts'
import { findGo } from '../../src/languages/go.ts'
import type { Language } from '../../src/languages/language.ts'
import { runTool } from '../../src/languages/run-tool.ts'
import { ShimFailure, type ShimOptions, ShimProcess } from './shim.ts'

/** Undefined on a machine without Go. */
export const go: Language | undefined = await findGo(process.env)

/** For titles of tests that are skipped. */
export const WITHOUT_GO = go === undefined ? ' (skipped: no Go here)' : ''

/** The first build compiles the standard library. */
export const GO_BUILD_TIMEOUT_MS = 300_000

/** Kept between runs, so that what has not changed is not compiled again; each user has their own. */
const CACHE = join(tmpdir(), `latchkey-go-tests-${userInfo().uid}`)

/** The home folder of the tools that build for tests. */
export const GO_TEST_HOME = join(CACHE, 'home')

export interface GoCode {
  readonly code: string
  readonly files?: SourceFiles
  readonly dependencies?: string
  readonly method?: string
}

/** The folder of a function that was built as every function of Go is. Rejects with the reason of a refusal. */
export async function buildGo({ code, files = {}, dependencies = '', method }: GoCode) {
  const source: Source = {
    runtime: go!.runtimes[0]!,
    codeText: code,
    files,
    dependencies,
    mainMethod: method ?? 'Handler',
  }
  const id = hash('sha256', JSON.stringify([source, go!.artifactKey!(source)])).slice(0, 24)
  const folder = join(CACHE, id)
  if (existsSync(folder)) return folder
  const draft = await buildIn(source)
  try {
    renameSync(draft, folder)
  } catch (error) {
    // Another test has built the same meanwhile.
    if (!existsSync(folder)) throw error
    rmSync(draft, { recursive: true })
  }
  return folder
}

async function buildIn(source: Source): Promise<string> {
  const plan = go!.plan(source)
  if (plan.kind === 'refused') throw new ShimFailure(plan.message, [])
  mkdirSync(GO_TEST_HOME, { recursive: true })
  const draft = mkdtempSync(join(CACHE, 'build-'))
  for (const [path, text] of Object.entries(plan.files)) {
    mkdirSync(dirname(join(draft, path)), { recursive: true })
    writeFileSync(join(draft, path), text)
  }
  const outcome = await go!.compile({
    folder: draft,
    source,
    run: ({ command, args, environment }) =>
      runTool({
        command,
        args,
        folder: draft,
        environment: environment(GO_TEST_HOME),
        timeoutMs: GO_BUILD_TIMEOUT_MS,
      }),
  })
  if (outcome.kind === 'compiled') return draft
  rmSync(draft, { recursive: true })
  throw new ShimFailure(outcome.message, [])
}

/** An instance of a function that is given as code. */
export async function startGo({
  envs = {},
  fn = {},
  ...code
}: GoCode & Pick<ShimOptions, 'envs' | 'fn'>): Promise<ShimProcess> {
  const folder = await buildGo(code)
  return ShimProcess.start({
    launcher: goLauncher(folder),
    folder,
    entry: 'function',
    method: code.method ?? 'Handler',
    envs,
    fn,
  })
}

export function goLauncher(folder: string) {
  return { language: 'go', command: [join(folder, 'function')] as const }
}

/** Gives a server what Go has compiled for other tests, so that its first build need not take a minute. */
export async function seedGoCache(dataDir: string): Promise<void> {
  if (go === undefined) return
  await buildGo({
    code: 'package kubeless\n\nfunc Handler(map[string]any, map[string]string) {}\n',
  })
  cpSync(GO_TEST_HOME, join(dataDir, 'artifacts/.work/home/go'), { recursive: true })
}
