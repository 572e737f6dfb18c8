import { ApiError, UnreachableError } from '../client/errors.ts'
import type { FunctionSerializer, TaskSerializer } from '../client/types.ts'
import { type FunctionName, formatFunctionName } from '../domain/names.ts'
import { followBuild } from './build-lines.ts'
import { Failure } from './failure.ts'
import { note, printJson, printLine } from './output.ts'
import { type Progress, startProgress } from './progress.ts'
import type { Session } from './session.ts'
import { visible } from './visible.ts'

/** Waits for a task that builds nothing. */
export async function waitForTask(session: Session, tasks: readonly string[], doing: string) {
  const progress = startProgress()
  progress.update(`${doing} …`)
  try {
    for (const id of tasks) {
      const task = await session.client.tasks.wait(id)
      if (task.state === 'ERROR') throw new Failure('failed', task.error ?? 'The task failed.')
    }
  } finally {
    progress.end()
  }
}

/** Waits for a function's build and deployment, showing what the build says meanwhile. */
export async function waitForBuild(
  session: Session,
  name: FunctionName,
  tasks: readonly string[],
): Promise<FunctionSerializer> {
  const progress = startProgress()
  const log = new BuildLog(progress)
  progress.update(`${formatFunctionName(name)}: waiting …`)
  try {
    for (const id of tasks) {
      // What has ended already was no build, and the newest build is an earlier one.
      const isUnderWay = hasNotEnded(await session.client.tasks.get(id))
      const last = isUnderWay ? await followBuild(session, name, progress) : undefined
      const onProgress = () => look(session, name, progress, log)
      const task = await session.client.tasks.wait(id, last === undefined ? { onProgress } : {})
      last?.print(task.error ?? undefined)
      if (task.state !== 'ERROR') continue
      if (last === undefined) {
        log.show(await failedBuildMessage(session, name), task.error ?? undefined)
      }
      throw buildFailure(name, task.error)
    }
  } finally {
    progress.end()
  }
  return session.client.functions.get(session.scope, name)
}

function hasNotEnded({ state }: TaskSerializer): boolean {
  return state === 'NEW' || state === 'RUNNING'
}

/** What a command that changes a function ends with, whether it waits for the build or not. */
export async function finishFunctionChange(
  session: Session,
  name: FunctionName,
  answer: { readonly tasks: readonly string[] },
  wait: boolean,
): Promise<void> {
  if (!wait) {
    if (session.json) return printJson(answer)
    for (const id of answer.tasks) printLine(visible(id))
    return note(`The build goes on; see \`latchkey function get ${formatFunctionName(name)}\`.`)
  }
  const fn = await waitForBuild(session, name, answer.tasks)
  if (session.json) return printJson(fn)
  note(`${formatFunctionName(name)} is deployed and ${keySentence(name, fn)}`)
  printLine(visible(fn.endpoint))
}

function keySentence(name: FunctionName, fn: FunctionSerializer): string {
  if (fn.enable_api_key !== true) return 'open: it wants no key.'
  const keys = fn.keys ?? []
  if (keys.length > 0) return `opens with: ${keys.map((key) => visible(key)).join(', ')}.`
  return `wants a key: make one with \`latchkey key create <name> --function ${formatFunctionName(name)}\`.`
}

async function look(session: Session, name: FunctionName, progress: Progress, log: BuildLog) {
  let fn: FunctionSerializer
  try {
    fn = await session.client.functions.get(session.scope, name)
  } catch (error) {
    // Progress is a courtesy: the task's own end tells whether it went well.
    if (error instanceof ApiError || error instanceof UnreachableError) return
    throw error
  }
  progress.update(`${formatFunctionName(name)}: ${fn.build_status} …`)
  // Before a new build begins, the message is that of the build before.
  if (fn.build_status === 'building') log.show(fn.build_message)
}

async function failedBuildMessage(session: Session, name: FunctionName): Promise<string> {
  try {
    return (await session.client.functions.get(session.scope, name)).build_message
  } catch (error) {
    // Deleted meanwhile: the task's sentence has to do.
    if (error instanceof ApiError && error.status === 404) return ''
    throw error
  }
}

function buildFailure(name: FunctionName, sentence: string | null | undefined): Failure {
  return new Failure(
    'failed',
    sentence ?? 'The build failed.',
    `Mend it, then run \`latchkey function update ${formatFunctionName(name)} --file <file>\` or deploy again.`,
  )
}

/** A build message grows, or is replaced: prints each of its lines once. */
class BuildLog {
  readonly #progress: Progress
  #shown = ''

  constructor(progress: Progress) {
    this.#progress = progress
  }

  /** @param except - A line that the caller says itself. */
  show(message: string, except = ''): void {
    const fresh = message.startsWith(this.#shown) ? message.slice(this.#shown.length) : message
    this.#shown = message
    for (const line of fresh.split('\n')) {
      if (line.trim() !== '' && line !== except) this.#progress.log(line)
    }
  }
}
