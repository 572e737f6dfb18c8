import type { ToolStep } from '../languages/language.ts'
import { runTool, type ToolOutcome } from '../languages/run-tool.ts'
import { unreachable } from '../lib/assert.ts'
import type { BuildEnclosure, EnteredStep } from './build-enclosure.ts'
import type { BuildLog } from './build-log.ts'
import type { ToolHome } from './homes.ts'
import { type StepLimits, watchStep } from './step-watch.ts'

/** What all tools of one build share. */
export interface BuildRun {
  readonly enclosure: BuildEnclosure
  readonly log: BuildLog
  readonly limits: StepLimits
  readonly timeoutMs: number
  /** By `performance.now()`: for all tools together. */
  readonly deadlineMs: number
  /** Private to the tools of one language and kept between builds. */
  readonly home: ToolHome
  readonly signal: AbortSignal
}

/** A tool's end, and the sentence when it was ended for passing a limit. */
export interface StepEnd {
  readonly outcome: ToolOutcome
  readonly passed: string | undefined
}

/** Callers of functions come first. */
const NICENESS = 10
const OUTPUT_BYTES_MAX = 16 * 2 ** 20

/**
 * Runs one tool of a build: the one place where that is done.
 * @param fixed - Folders in it that others share: the tool may read them only.
 */
export async function runStep(
  run: BuildRun,
  step: ToolStep,
  folder: string,
  fixed: readonly string[] = [],
): Promise<StepEnd> {
  const { log } = run
  run.home.use()
  if (!step.isQuiet) log.add(`Running ${step.title}`)
  const remainingMs = Math.ceil(run.deadlineMs - performance.now())
  if (remainingMs <= 0)
    return { outcome: { kind: 'timed-out', output: '' }, passed: late(run, step) }
  const entered = await run.enclosure.enter(step, folder, run, fixed)
  try {
    return await runEntered(run, step, folder, entered, remainingMs)
  } finally {
    await entered.leave()
  }
}

async function runEntered(
  run: BuildRun,
  step: ToolStep,
  folder: string,
  entered: EnteredStep,
  timeoutMs: number,
): Promise<StepEnd> {
  const { log, limits } = run
  const homeFolder = run.home.folder
  const ended = new AbortController()
  let passed: string | undefined
  const end = (why: string): void => {
    passed ??= `${step.title} was ended because ${why}.`
    ended.abort()
  }
  let stopWatching = (): void => {}
  let written = 0
  const outcome = await runTool({
    command: step.command,
    args: step.args,
    folder,
    environment: step.environment(homeFolder),
    timeoutMs,
    signal: AbortSignal.any([run.signal, ended.signal]),
    niceness: NICENESS,
    start: entered.start,
    onStart(pid) {
      stopWatching = watchStep({ limits, folder, homeFolder, onPassed: end }, pid)
    },
    onOutput(text) {
      written += text.length
      if (written > OUTPUT_BYTES_MAX) end('it wrote too much output')
      else if (!step.isQuiet) log.add(text)
    },
  })
  stopWatching()
  if (outcome.kind === 'timed-out') passed ??= late(run, step)
  return { outcome: cleaned(outcome, log), passed }
}

function late({ timeoutMs }: BuildRun, step: ToolStep): string {
  return `The build did not end within ${timeoutMs / 1000} seconds: ${step.title} was ended.`
}

/** Languages make sentences of what tools have written. */
function cleaned(outcome: ToolOutcome, log: BuildLog): ToolOutcome {
  if (outcome.kind === 'not-started') return outcome
  return { ...outcome, output: log.clean(outcome.output) }
}

/** The sentence of a failure; undefined when the tool has done its work. */
export function stepFailure(step: ToolStep, { outcome, passed }: StepEnd): string | undefined {
  if (passed !== undefined) return passed
  switch (outcome.kind) {
    case 'ended':
      return outcome.code === 0 ? undefined : step.explain(outcome.output)
    case 'timed-out':
    case 'aborted':
      return `${step.title} was ended because the server stops.`
    case 'not-started':
      return `${step.title} could not be started: ${outcome.reason}.`
    default:
      return unreachable(outcome)
  }
}
