import type { BuildOutcome } from '../build/builder.ts'
import { auditedFunction } from '../domain/audit-views.ts'
import { type Deployed, type FunctionEntity, mergedEnvs } from '../domain/function.ts'
import { formatFunctionName } from '../domain/names.ts'
import { routeOf } from '../domain/route-of.ts'
import type { Task } from '../domain/task.ts'
import { unreachable } from '../lib/assert.ts'
import type { ChangeHandle, ChangeRequest } from '../store/change.ts'
import { type Deploy, endDeploy } from '../store/deploys.ts'
import type { Trx } from '../store/dialect.ts'
import { recordBuild, setDeployed } from '../store/function-builds.ts'
import { findFunctionById } from '../store/functions.ts'
import { commit } from './commit.ts'
import { DeployProgress } from './deploy-progress.ts'
import type { ControlDeps } from './deps.ts'
import { auditFunction } from './function-changes.ts'
import { settleTask } from './settle-task.ts'

/** What a worker holds while it deploys. */
export interface DeploySession {
  readonly deploy: Deploy
  readonly task: Task
  /** False when the worker is to stop or another one has taken over: then nothing is written any more. */
  alive(): boolean
  /** Throws {@link Abandoned} unless the lease is still this worker's, as the transaction sees it. */
  assertHeld(trx: Trx): Promise<void>
}

/** The deployment is not this worker's any more; whoever starts next takes it up. */
export class Abandoned extends Error {}

class FunctionGone extends Error {}

/**
 * Builds a function, tries the version on a data node, puts it to work and settles the task. May be
 * killed at any point and run again: builds are by content, and everything else is one transaction.
 */
export async function deployFunction(deps: ControlDeps, session: DeploySession): Promise<void> {
  try {
    await deployExisting(deps, session)
  } catch (error) {
    if (error instanceof FunctionGone) await settleGone(deps, session)
    else throw error
  }
}

async function deployExisting(deps: ControlDeps, session: DeploySession): Promise<void> {
  const found = await findFunctionById(deps.store.db, session.deploy.functionId)
  if (found === undefined) throw new FunctionGone()
  const attempt: Attempt = { ...found, session }
  const built = await build(deps, attempt)
  stopUnlessAlive(session)
  if (built.kind === 'failed') return await settleFailed(deps, attempt, built.message, built.log)

  const { fn } = attempt
  const deployed = { artifact: built.artifact, envs: mergedEnvs(fn), flavor: fn.flavor }
  const tried = await deps.nodes.tryVersion(routeOf({ ...fn, deployed }))
  stopUnlessAlive(session)
  switch (tried.kind) {
    case 'ready':
      return await settleDeployed(deps, attempt, deployed, built.log)
    case 'no-node': {
      const note =
        'No data node was connected, so the version was not tried before it was put to work.'
      return await settleDeployed(deps, attempt, deployed, withLine(built.log, note))
    }
    case 'failed': {
      const sentence = `The version was built and did not start: ${tried.message}`
      return await settleFailed(deps, attempt, sentence, built.log)
    }
    default:
      return unreachable(tried)
  }
}

interface Attempt {
  readonly session: DeploySession
  readonly fn: FunctionEntity
  readonly generation: number
}

async function build(deps: ControlDeps, attempt: Attempt): Promise<BuildOutcome> {
  const { fn, generation, session } = attempt
  const note = async (message: string): Promise<void> => {
    if (!session.alive()) return
    await recordBuild(deps.store.db, fn.id, generation, { status: 'building', message })
  }
  await note('')
  const progress = new DeployProgress((text) =>
    note(text).catch((error) => {
      // The progress of a build is for watching only; the outcome is written apart.
      deps.logger.warn({ err: error, functionId: fn.id }, 'build progress was not written')
    }),
  )
  try {
    return await deps.builder.build(fn.source, (line) => progress.add(line))
  } finally {
    await progress.close()
  }
}

/** In force first, then finished: who polls the task calls the new version. */
async function settleDeployed(
  deps: ControlDeps,
  attempt: Attempt,
  deployed: Deployed,
  log: string,
): Promise<void> {
  const { session, fn, generation } = attempt
  await commit(deps, requestOf(session.task), async (handle) => {
    await assertHeldAndThere(handle, session)
    await setDeployed(handle.trx, fn.id, deployed, handle.nowMs)
    await recordBuild(handle.trx, fn.id, generation, { status: 'succeeded', message: log })
    handle.touch('function', fn.id)
    auditFunction(handle, 'function.deployed', fn, { after: auditedFunction(fn) })
  })
  stopUnlessAlive(session)
  await deps.store.db.transaction().execute(async (trx) => {
    await session.assertHeld(trx)
    await endDeploy(trx, session.deploy, { state: 'DONE' })
    await settleTask(trx, session.task, deps.clock.now())
  })
}

/** What served before goes on serving. */
async function settleFailed(
  deps: ControlDeps,
  attempt: Attempt,
  sentence: string,
  log: string,
): Promise<void> {
  const { session, fn, generation } = attempt
  const message = log.includes(sentence) ? log : withLine(log, sentence)
  const error =
    session.task.type === 'update_faas_namespace'
      ? `${formatFunctionName(fn)}: ${sentence}`
      : sentence
  await commit(deps, requestOf(session.task), async (handle) => {
    await assertHeldAndThere(handle, session)
    await recordBuild(handle.trx, fn.id, generation, { status: 'failed', message })
    auditFunction(handle, 'function.build-failed', fn, { after: { error: sentence } })
    await endDeploy(handle.trx, session.deploy, { state: 'FAILED', error })
    await settleTask(handle.trx, session.task, handle.nowMs)
  })
}

async function settleGone(deps: ControlDeps, session: DeploySession): Promise<void> {
  await deps.store.db.transaction().execute(async (trx) => {
    await session.assertHeld(trx)
    await endDeploy(trx, session.deploy, { state: 'GONE' })
    await settleTask(trx, session.task, deps.clock.now())
  })
}

/** For what nobody foresaw: the task ends, and the log has the reason. */
export async function settleBroken(deps: ControlDeps, session: DeploySession): Promise<void> {
  const sentence = `Something went wrong here; the server's log has it under task ${session.task.id}.`
  const found = await findFunctionById(deps.store.db, session.deploy.functionId)
  if (found === undefined) return await settleGone(deps, session)
  await settleFailed(deps, { ...found, session }, sentence, '')
}

async function assertHeldAndThere({ trx }: ChangeHandle, session: DeploySession): Promise<void> {
  await session.assertHeld(trx)
  const found = await findFunctionById(trx, session.deploy.functionId)
  if (found === undefined) throw new FunctionGone()
}

function stopUnlessAlive(session: DeploySession): void {
  if (!session.alive()) throw new Abandoned()
}

/** The audit names who asked for the task. */
function requestOf(task: Task): ChangeRequest {
  return { actor: { tokenId: task.tokenId, requestId: task.requestId, address: '' } }
}

function withLine(log: string, line: string): string {
  return log === '' || log.endsWith('\n') ? `${log}${line}\n` : `${log}\n${line}\n`
}
