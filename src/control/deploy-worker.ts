import type { Task } from '../domain/task.ts'
import { invariant } from '../lib/assert.ts'
import { type Deferred, deferred, withTimeout } from '../lib/deferred.ts'
import { newId } from '../lib/ids.ts'
import { claimDeploy, type Deploy, releaseLeases, renewLease } from '../store/deploys.ts'
import { findTask, markTaskRunning } from '../store/tasks.ts'
import {
  Abandoned,
  type DeployDeps,
  type DeploySession,
  deployFunction,
  settleBroken,
} from './deploy.ts'

const PARALLEL = 2
const LEASE_MS = 30_000
/** For work that another process left; one's own is told by `wake`. */
const POLL_MS = 5_000
const STOP_TIMEOUT_MS = 5_000
const WATCH_MS = 500

/**
 * Takes deployments from the store, oldest first, a few at a time and one at a time per function.
 * A lease says whose a deployment is; what a killed worker leaves behind is taken up by the next.
 */
export class DeployWorker {
  readonly #deps: DeployDeps
  readonly #owner = newId()
  readonly #running = new Set<Promise<void>>()
  #poll: NodeJS.Timeout | undefined
  #working = false
  #claiming: Promise<void> | undefined
  #claimAgain = false
  #nextEnd: Deferred<void> = deferred()

  constructor(deps: DeployDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { store, worker } = this.#deps
    if (store.soleProcess) await releaseLeases(store.db)
    this.#working = true
    this.#poll = setInterval(() => this.wake(), worker?.pollMs ?? POLL_MS).unref()
    this.wake()
  }

  /**
   * Resolves when nothing is written any more, or after a while: a build that takes longer is
   * abandoned and taken up at the next start.
   */
  async stop(): Promise<void> {
    this.#working = false
    clearInterval(this.#poll)
    const timeoutMs = this.#deps.worker?.stopTimeoutMs ?? STOP_TIMEOUT_MS
    await withTimeout(Promise.all([this.#claiming, ...this.#running]), timeoutMs, undefined)
  }

  /** There may be something to do. */
  wake(): void {
    if (!this.#working) return
    this.#claimAgain = true
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined
      // A wake that came while the last look was ending.
      if (this.#claimAgain) this.wake()
    })
  }

  /** The task when it has ended. */
  async ended(taskId: string): Promise<Task> {
    for (;;) {
      const next = this.#nextEnd.promise
      const task = await findTask(this.#deps.store.db, taskId)
      invariant(task !== undefined, `there is a task ${taskId}`)
      if (task.state === 'FINISHED' || task.state === 'ERROR') return task
      await withTimeout(next, WATCH_MS, undefined)
    }
  }

  async #claimAll(): Promise<void> {
    const parallel = this.#deps.worker?.parallel ?? PARALLEL
    try {
      while (this.#claimAgain && this.#working) {
        this.#claimAgain = false
        while (this.#working && this.#running.size < parallel) {
          const claimed = await this.#claim()
          if (claimed === undefined) break
          this.#begin(claimed)
        }
      }
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'the store gave no work; trying again soon')
    }
  }

  async #claim(): Promise<{ deploy: Deploy; task: Task } | undefined> {
    const nowMs = this.#deps.clock.now()
    return await this.#deps.store.db.transaction().execute(async (trx) => {
      const deploy = await claimDeploy(trx, this.#lease(nowMs), nowMs)
      if (deploy === undefined) return undefined
      await markTaskRunning(trx, deploy.taskId, nowMs)
      const task = await findTask(trx, deploy.taskId)
      invariant(task !== undefined, 'a deployment belongs to a task')
      return { deploy, task }
    })
  }

  #begin(claimed: { deploy: Deploy; task: Task }): void {
    const work = this.#work(claimed).finally(() => {
      this.#running.delete(work)
      this.#nextEnd.resolve()
      this.#nextEnd = deferred()
      this.wake()
    })
    this.#running.add(work)
  }

  async #work({ deploy, task }: { deploy: Deploy; task: Task }): Promise<void> {
    const { store, clock, logger } = this.#deps
    let lost = false
    const session: DeploySession = {
      deploy,
      task,
      alive: () => this.#working && !lost,
      assertHeld: async (trx) => {
        if (!(await renewLease(trx, deploy, this.#lease(clock.now())))) throw new Abandoned()
      },
    }
    const heartbeat = setInterval(() => {
      renewLease(store.db, deploy, this.#lease(clock.now())).then(
        (held) => {
          lost ||= !held
        },
        (error) => logger.warn({ err: error, taskId: task.id }, 'a lease was not renewed'),
      )
    }, LEASE_MS / 3)
    try {
      await this.#settle(session)
    } finally {
      clearInterval(heartbeat)
    }
  }

  /** Never rejects: what cannot even be settled is tried again when its lease runs out. */
  async #settle(session: DeploySession): Promise<void> {
    const { logger } = this.#deps
    const taskId = session.task.id
    try {
      await deployFunction(this.#deps, session)
    } catch (error) {
      if (error instanceof Abandoned || !session.alive()) {
        logger.info({ taskId }, 'a deployment was left to the next start')
        return
      }
      logger.error({ err: error, taskId }, 'a deployment broke off')
      try {
        await settleBroken(this.#deps, session)
      } catch (second) {
        logger.error({ err: second, taskId }, 'a broken deployment could not be settled')
      }
    }
  }

  #lease(nowMs: number) {
    return { owner: this.#owner, untilMs: nowMs + LEASE_MS }
  }
}
