import type { BuildOutcome } from '../build/builder.ts'
import { auditedFunction } from '../domain/audit-views.ts'
import { type Deployed, type FunctionEntity, mergedEnvs } from '../domain/function.ts'
import { isSameSource, servesTheSame } from '../domain/function-version.ts'
import { formatFunctionName } from '../domain/names.ts'
import { routeOf } from '../domain/route-of.ts'
import type { Task } from '../domain/task.ts'
import { unreachable } from '../lib/assert.ts'
import type { ChangeHandle, ChangeRequest } from '../store/change.ts'
import { type Deploy, endDeploy } from '../store/deploys.ts'
import type { Trx } from '../store/dialect.ts'
import { recordBuild, setDeployed } from '../store/function-builds.ts'
import { findVersion, insertVersion, newestVersion } from '../store/function-versions.ts'
import { findFunctionById } from '../store/functions.ts'
import type { BuildFeed } from './build-feed.ts'
import { commit } from './commit.ts'
import { DeployProgress } from './deploy-progress.ts'
import type { ControlDeps } from './deps.ts'
import { auditFunction } from './function-changes.ts'
import { settleTask } from './settle-task.ts'

const VERSIONS_KEPT = 20

/** The deployments tell of their builds while these go on. */
export type DeployDeps = ControlDeps & { readonly feed: BuildFeed }

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
export async function deployFunction(deps: DeployDeps, session: DeploySession): Promise<void> {
  try {
    await deployExisting(deps, session)
  } catch (error) {
    if (error instanceof FunctionGone) await settleGone(deps, session)
    else throw error
  }
}

async function deployExisting(deps: DeployDeps, session: DeploySession): Promise<void> {
  const found = await findFunctionById(deps.store.db, session.deploy.functionId)
  if (found === undefined) throw new FunctionGone()
  const attempt: Attempt = { ...found, session }
  const built = await prepare(deps, attempt)
  stopUnlessAlive(session)
  if (built.kind === 'failed') return await settleFailed(deps, attempt, built.message, built.log)

  const { fn } = attempt
  const deployed = { artifact: built.artifact, ...mergedEnvs(fn), flavor: fn.flavor }
  const tried = await deps.nodes.tryVersion(routeOf({ ...fn, deployed }))
  stopUnlessAlive(session)
  switch (tried.kind) {
    case 'ready':
      return await settleDeployed(deps, attempt, deployed, built.log)
    case 'no-node': {
      const note =
        'No data node was connected, so the version was not tried before it was put to work.'
      deps.feed.add(fn.id, attempt.generation, note)
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

/** The artifact of the version that is to come back, if it is still there; else a build. */
async function prepare(deps: DeployDeps, attempt: Attempt): Promise<BuildOutcome> {
  const { fn, generation, session } = attempt
  if (session.alive()) {
    const begun = { status: 'building', message: '', startedAtMs: deps.clock.now() } as const
    await recordBuild(deps.store.db, fn.id, generation, begun)
  }
  deps.feed.begin(fn.id, generation)
  return (await takeKept(deps, attempt)) ?? (await build(deps, attempt))
}

async function takeKept(deps: DeployDeps, attempt: Attempt): Promise<BuildOutcome | undefined> {
  const { fn, generation, session } = attempt
  const number = session.deploy.rollbackTo ?? null
  if (number === null || deps.artifacts === undefined) return undefined
  const version = await findVersion(deps.store.db, fn.id, number)
  // Changed again meanwhile: then what is wanted is the function as it stands.
  if (version === undefined || !isSameSource(version.source, fn.source)) return undefined
  const { artifact } = version.deployed
  if (!(await deps.artifacts.reuse(artifact.id))) return undefined
  const line = `Version ${number} is put to work again as it was built.`
  deps.feed.add(fn.id, generation, line)
  return { kind: 'built', artifact, log: `${line}\n` }
}

async function build(deps: DeployDeps, attempt: Attempt): Promise<BuildOutcome> {
  const { fn, generation, session } = attempt
  const note = async (message: string): Promise<void> => {
    if (!session.alive()) return
    await recordBuild(deps.store.db, fn.id, generation, { status: 'building', message })
  }
  const progress = new DeployProgress((text) =>
    note(text).catch((error) => {
      // The progress of a build is for watching only; the outcome is written apart.
      deps.logger.warn({ err: error, functionId: fn.id }, 'build progress was not written')
    }),
  )
  try {
    return await deps.builder.build(fn.source, (line) => {
      progress.add(line)
      deps.feed.add(fn.id, generation, line)
    })
  } finally {
    await progress.close()
  }
}

/** In force first, then finished: who polls the task calls the new version. */
async function settleDeployed(
  deps: DeployDeps,
  attempt: Attempt,
  deployed: Deployed,
  log: string,
): Promise<void> {
  const { session, fn, generation } = attempt
  await commit(deps, requestOf(session.task), async (handle) => {
    await assertHeldAndThere(handle, session)
    await setDeployed(handle.trx, fn.id, deployed, handle.nowMs)
    await recordBuild(handle.trx, fn.id, generation, {
      status: 'succeeded',
      message: log,
      finishedAtMs: handle.nowMs,
    })
    await keepVersion(deps, handle, attempt, deployed)
    handle.touch('function', fn.id)
    auditFunction(handle, 'function.deployed', fn, { after: auditedFunction(fn) })
  })
  stopUnlessAlive(session)
  await deps.store.db.transaction().execute(async (trx) => {
    await session.assertHeld(trx)
    await endDeploy(trx, session.deploy, { state: 'DONE' })
    await settleTask(trx, session.task, deps.clock.now())
  })
  deps.feed.wake(fn.id)
}

/** Not when the one in force is put to work again, by whatever change. */
async function keepVersion(
  deps: DeployDeps,
  { trx, nowMs }: ChangeHandle,
  { fn, session }: Attempt,
  deployed: Deployed,
): Promise<void> {
  const newest = await newestVersion(trx, fn.id)
  if (newest !== undefined && servesTheSame(newest.deployed, deployed)) return
  const { tokenId, actorName: tokenName, id: taskId } = session.task
  const version = {
    createdAtMs: nowMs,
    source: fn.source,
    envs: fn.envs,
    secretEnvs: fn.secretEnvs,
    deployed,
    tokenId,
    tokenName,
    taskId,
    rolledBackTo: session.deploy.rollbackTo ?? null,
  }
  await insertVersion(trx, fn.id, version, deps.versionsKept ?? VERSIONS_KEPT)
}

/** What served before goes on serving. */
async function settleFailed(
  deps: DeployDeps,
  attempt: Attempt,
  sentence: string,
  log: string,
): Promise<void> {
  const { session, fn, generation } = attempt
  const isTold = log.includes(sentence)
  const message = isTold ? log : withLine(log, sentence)
  if (!isTold) deps.feed.add(fn.id, generation, sentence)
  const error =
    session.task.type === 'update_faas_namespace'
      ? `${formatFunctionName(fn)}: ${sentence}`
      : sentence
  await commit(deps, requestOf(session.task), async (handle) => {
    await assertHeldAndThere(handle, session)
    await recordBuild(handle.trx, fn.id, generation, {
      status: 'failed',
      message,
      finishedAtMs: handle.nowMs,
    })
    auditFunction(handle, 'function.build-failed', fn, { after: { error: sentence } })
    await endDeploy(handle.trx, session.deploy, { state: 'FAILED', error })
    await settleTask(handle.trx, session.task, handle.nowMs)
  })
  deps.feed.wake(fn.id)
}

async function settleGone(deps: DeployDeps, session: DeploySession): Promise<void> {
  await deps.store.db.transaction().execute(async (trx) => {
    await session.assertHeld(trx)
    await endDeploy(trx, session.deploy, { state: 'GONE' })
    await settleTask(trx, session.task, deps.clock.now())
  })
}

/** For what nobody foresaw: the task ends, and the log has the reason. */
export async function settleBroken(deps: DeployDeps, session: DeploySession): Promise<void> {
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
  const { tokenId, userId, actorName, requestId, address } = task
  return { actor: { tokenId, userId, name: actorName, requestId, address } }
}

function withLine(log: string, line: string): string {
  return log === '' || log.endsWith('\n') ? `${log}${line}\n` : `${log}\n${line}\n`
}
