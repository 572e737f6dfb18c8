import { NO_ISOLATION } from '../domain/isolation.ts'
import type { Task } from '../domain/task.ts'
import { ArtifactRetention } from './artifact-retention.ts'
import { auditUseCases } from './audit.ts'
import { BuildFeed } from './build-feed.ts'
import { buildUseCases } from './builds.ts'
import { callUseCases, NO_CALLS } from './calls.ts'
import type { Control } from './control.ts'
import { deletedKeyUseCases } from './deleted-keys.ts'
import { deletedKeysRetention } from './deleted-keys-retention.ts'
import { DeliveryWorker } from './delivery-worker.ts'
import { DeployWorker } from './deploy-worker.ts'
import type { ControlDeps } from './deps.ts'
import { eventRetention } from './event-retention.ts'
import { functionOverviewUseCases } from './function-overview.ts'
import { functionUseCases } from './functions.ts'
import { idempotencyUseCases } from './idempotency.ts'
import { InstanceSampler } from './instance-sampler.ts'
import { keyPropagationUseCases } from './key-propagation.ts'
import { keyReviewUseCases } from './key-reviews.ts'
import { keyRotationUseCases } from './key-rotation.ts'
import { keySettingsUseCases } from './key-settings.ts'
import { keyUseCases } from './keys.ts'
import { LogInLimits } from './log-in-limits.ts'
import { logUseCases } from './logs.ts'
import { mailUseCases } from './mails.ts'
import { memberUseCases } from './members.ts'
import { namespaceUseCases } from './namespaces.ts'
import { nodesUseCases } from './nodes.ts'
import { NoticeScheduler } from './notices.ts'
import { notificationUseCases } from './notifications.ts'
import { Passwords } from './passwords.ts'
import { principalUseCases } from './principals.ts'
import { projectUseCases } from './projects.ts'
import { rebuildLost } from './rebuild.ts'
import { RotationEnds } from './rotation-ends.ts'
import { sessionUseCases } from './sessions.ts'
import { taskUseCases } from './tasks.ts'
import { testUseCases } from './tests.ts'
import { tokenUseCases } from './tokens.ts'
import { TriggerScheduler } from './trigger-scheduler.ts'
import { triggerUseCases } from './triggers.ts'
import { usageUseCases } from './usage.ts'
import { usageRetention } from './usage-retention.ts'
import { userUseCases } from './users.ts'
import { versionUseCases } from './versions.ts'
import { webhookUseCases } from './webhooks.ts'

export interface RunningControl extends Control {
  /** Before {@link start}: has those functions built again whose artifacts are gone. */
  rebuildLost(isThere: (artifactId: string) => boolean): Promise<void>
  /** Takes up the tasks that an earlier run left, and the new ones from now on. */
  start(): Promise<void>
  /** Before the builder and the store are closed. */
  stop(): Promise<void>
  /** The task when it has ended. */
  taskEnded(id: string): Promise<Task>
}

export function createControl(own: ControlDeps): RunningControl {
  const deliveries = new DeliveryWorker(own)
  // What a change tells operators is sent when it is in force.
  const deps = { ...own, onCommitted: () => deliveries.wake() }
  const feed = new BuildFeed()
  const worker = new DeployWorker({ ...deps, feed })
  const retention = usageRetention(deps)
  const deletedKeys = deletedKeysRetention(deps)
  const { store, logger, calls = NO_CALLS } = deps
  const { host } = new URL(deps.publicUrl)
  const scheduler = new TriggerScheduler({ store, calls, host, logger })
  const artifacts = new ArtifactRetention(deps)
  const passwords = new Passwords(deps.passwordHashing)
  const people = { ...deps, passwords, limits: new LogInLimits(store) }
  const notices = new NoticeScheduler({ store, logger, onGiven: () => deliveries.wake() })
  const events = eventRetention(deps)
  const rotations = new RotationEnds(deps)
  const sampler = new InstanceSampler(deps)
  return {
    principals: principalUseCases(deps),
    tokens: tokenUseCases(deps),
    users: userUseCases(people),
    members: memberUseCases(deps),
    sessions: sessionUseCases(people),
    projects: projectUseCases(deps),
    namespaces: namespaceUseCases(deps, worker),
    functions: { ...functionUseCases(deps, worker), ...logUseCases(deps) },
    functionOverview: functionOverviewUseCases(deps),
    builds: buildUseCases(deps, feed),
    tests: testUseCases(deps),
    versions: versionUseCases(deps, worker),
    keys: keyUseCases(deps),
    deletedKeys: deletedKeyUseCases(deps),
    keySettings: keySettingsUseCases(deps),
    keyRotations: keyRotationUseCases(deps),
    keyPropagation: keyPropagationUseCases(deps),
    calls: callUseCases(deps),
    triggers: triggerUseCases(deps, scheduler),
    webhooks: webhookUseCases(deps, deliveries),
    mails: mailUseCases(deps, deliveries),
    usage: usageUseCases(deps),
    nodes: nodesUseCases(deps),
    notifications: notificationUseCases(deps),
    audit: auditUseCases(deps),
    keyReviews: keyReviewUseCases(deps),
    tasks: taskUseCases(deps),
    idempotency: idempotencyUseCases(deps),
    runtimes: () => deps.runtimes(),
    runtimeDetails: () => deps.runtimeDetails(),
    isolation: () => deps.isolation ?? NO_ISOLATION,
    rebuildLost: (isThere) => rebuildLost(deps, isThere),
    async start() {
      await worker.start()
      retention.start()
      deletedKeys.start()
      scheduler.start()
      artifacts.start()
      await deliveries.start()
      notices.start()
      events.start()
      rotations.start()
      sampler.start()
    },
    async stop() {
      await worker.stop()
      await retention.stop()
      await deletedKeys.stop()
      await scheduler.stop()
      await artifacts.stop()
      await deliveries.stop()
      await notices.stop()
      await events.stop()
      await rotations.stop()
      await sampler.stop()
    },
    taskEnded: (id) => worker.ended(id),
  }
}
