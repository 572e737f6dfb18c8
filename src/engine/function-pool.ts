import { decideScaling } from '../domain/autoscaling.ts'
import type { Route, Version } from '../domain/routes.ts'
import type { InstanceCounts, InstanceFailure } from '../feed/nodes.ts'
import type { Clock } from '../lib/clock.ts'
import { Announcer } from './announcer.ts'
import { Draining } from './draining.ts'
import type { Ending, Order } from './ending.ts'
import type { FunctionNow } from './engine-metrics.ts'
import type { Instance, InstanceEvents, InstanceState, StartOutcome } from './instance.ts'
import { Member } from './member.ts'
import type { SlotAllocator } from './slot-allocator.ts'
import type { SlotTable } from './slots.ts'
import { StartBackoff } from './start-backoff.ts'
import type { GatewayThreads } from './threads.ts'

export interface PoolDeps {
  readonly slots: SlotTable
  readonly allocator: SlotAllocator
  readonly threads: GatewayThreads
  readonly slotsPerInstance: number
  readonly idleTimeoutMs: number
  readonly stopGraceMs: number
  readonly clock: Clock
  /** Throws when no process can be started; the slot is then free again. */
  launch(
    route: Route,
    version: Version,
    slot: number,
    events: Pick<InstanceEvents, 'onEnded' | 'onRetire'>,
  ): Instance
  /** A line for the function's log that is not of any instance. */
  note(functionId: string, message: string): void
}

/** How long a version that was tried is kept until the routes bring it. */
const CANDIDATE_MS = 30_000
const REPLACED: Order = { reason: 'replaced', sentence: 'its version was replaced' }

/** The instances of one function: which version they are of, how many, and until when. */
export class FunctionPool {
  readonly #functionId: string
  readonly #deps: PoolDeps
  readonly #members = new Map<string, Member>()
  #route: Route | undefined
  #closed = false
  #lastFailure: InstanceFailure | undefined
  readonly #backoff = new StartBackoff()
  readonly #announcer: Announcer
  readonly #draining: Draining

  constructor(functionId: string, deps: PoolDeps) {
    this.#functionId = functionId
    this.#deps = deps
    const { slots, clock, threads, slotsPerInstance } = deps
    this.#announcer = new Announcer(functionId, threads, slotsPerInstance)
    this.#draining = new Draining({
      slots,
      clock,
      announcer: this.#announcer,
      stop: (member, order) => this.#stop(member, order),
      onCheck: () => this.update(),
    })
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  /** Undefined when the function was removed. Instances of another version start to drain. */
  setRoute(route: Route | undefined): void {
    if (route?.version?.id !== this.#route?.version?.id) this.#backoff.reset()
    this.#route = route
    if (route === undefined) for (const m of this.#members.values()) m.candidateUntilMs = undefined
    this.update()
  }

  counts(): InstanceCounts {
    const states = this.#serving().map((member) => member.instance.state)
    const ready = states.filter((state) => state === 'ready').length
    const total = ready + states.filter((state) => state === 'starting').length
    const lastFailure = this.#lastFailure
    return lastFailure === undefined ? { total, ready } : { total, ready, lastFailure }
  }

  /** Of its endpoint; empty before it has had a route. */
  get label(): string {
    return this.#route?.label ?? ''
  }

  /** Undefined when there is nothing to say. */
  now(): FunctionNow | undefined {
    const route = this.#route
    if (route === undefined) return undefined
    const versionId = route.version?.id ?? ''
    const queued = this.#deps.threads.queued({ functionId: this.#functionId, versionId })
    if (queued === 0 && this.isEmpty) return undefined
    const states = new Map<InstanceState, number>()
    let inFlight = 0
    for (const { instance, inFlight: own } of this.#members.values()) {
      if (instance.state === 'ended') continue
      states.set(instance.state, (states.get(instance.state) ?? 0) + 1)
      inFlight += own
    }
    return { route, states, inFlight, queued }
  }

  instances(): Instance[] {
    return [...this.#members.values()].map((member) => member.instance)
  }

  /** Tells a new thread what is there. */
  introduce(threadIndex: number): void {
    this.#announcer.introduce(threadIndex, this.instances())
  }

  /** A thread told how many requests wait in it. */
  demand(threadIndex: number, versionId: string, queued: number): void {
    const isHeldBack =
      versionId === this.#route?.version?.id && this.#backoff.retryAtMs > this.#deps.clock.now()
    this.update()
    if (isHeldBack && queued > 0) this.#refuse(versionId, [threadIndex])
  }

  hung(instanceId: string): void {
    const member = this.#members.get(instanceId)
    if (member === undefined) return
    this.#deps.slots.close(member.instance.slot)
    member.instance.kill({ reason: 'hung', sentence: 'its event loop did not answer' })
  }

  /** Starts an instance of a version that no route needs to have brought, and keeps it for a while. */
  async tryVersion(route: Route, version: Version): Promise<StartOutcome> {
    const live = [...this.#members.values()].find(
      (member) => member.instance.versionId === version.id && member.isLive,
    )
    const member = live ?? this.#start(route, version)
    if (typeof member === 'string') return { kind: 'failed', message: member }
    if (version.id !== this.#route?.version?.id) member.candidateUntilMs = Number.POSITIVE_INFINITY
    const outcome = await member.instance.started
    if (member.candidateUntilMs !== undefined) {
      member.candidateUntilMs = this.#deps.clock.now() + CANDIDATE_MS
    }
    return outcome
  }

  /** Brings the instances into line with the route and the load. Called on every change and once a second. */
  update(): void {
    if (this.#closed) return
    const nowMs = this.#deps.clock.now()
    this.#noteUse(nowMs)
    this.#drainStrangers(nowMs)
    this.#scale(nowMs)
    this.#draining.stopDone(this.#members.values(), nowMs)
  }

  /** Drains for at most `drainMs` and ends everything. */
  async close(drainMs: number): Promise<void> {
    this.#closed = true
    await this.#draining.close(this.#members, drainMs)
    const { stopGraceMs } = this.#deps
    const order: Order = { reason: 'server-stopped', sentence: 'the server stops' }
    await Promise.all(this.instances().map((instance) => instance.stop(order, stopGraceMs)))
  }

  #noteUse(nowMs: number): void {
    for (const member of this.#members.values()) {
      if (!member.noteUse(nowMs)) continue
      // Ready alone proves little: a function may die a moment later, again and again.
      if (member.instance.versionId === this.#route?.version?.id) this.#backoff.succeeded()
    }
  }

  #drainStrangers(nowMs: number): void {
    const versionId = this.#route?.version?.id
    for (const member of this.#members.values()) {
      if (member.instance.versionId === versionId) member.candidateUntilMs = undefined
      else if (nowMs >= (member.candidateUntilMs ?? 0)) {
        this.#draining.begin(member)
        // What has not come up yet has nothing to finish.
        if (member.instance.state === 'starting') this.#stop(member, REPLACED)
      }
    }
  }

  #scale(nowMs: number): void {
    const route = this.#route
    const version = route?.version
    if (route === undefined || version === undefined || version === null) return
    const { slotsPerInstance, idleTimeoutMs, threads, slots } = this.#deps
    const { maxInstances, minInstances } = route.autoscaling
    const decision = decideScaling({
      bounds: { maxInstances, minInstances: route.disabled ? 0 : minInstances },
      instances: this.#serving().map((member) => member.load()),
      queued: threads.queued({ functionId: this.#functionId, versionId: version.id }),
      slotsPerInstance,
      idleTimeoutMs,
      retryAtMs: this.#backoff.retryAtMs,
      nowMs,
    })
    for (const id of decision.drain) this.#draining.begin(this.#members.get(id)!)
    for (const id of decision.stopIdle) {
      const member = this.#members.get(id)!
      // A thread may have taken a slot since; then the instance is not idle.
      if (!slots.closeIfIdle(member.instance.slot)) continue
      this.#draining.begin(member)
      const idleSeconds = Math.round((nowMs - member.lastUsedMs) / 1000)
      this.#stop(member, { reason: 'idle', sentence: `idle for ${idleSeconds} s` })
    }
    for (let i = 0; i < decision.start; i++) {
      if (typeof this.#start(route, version) === 'string') return
    }
  }

  #serving(): Member[] {
    const versionId = this.#route?.version?.id
    return [...this.#members.values()].filter(
      ({ instance }) => instance.versionId === versionId && instance.state !== 'ended',
    )
  }

  /** The new member, or why there is none. */
  #start(route: Route, version: Version): Member | string {
    const { allocator, slots, clock, note } = this.#deps
    const slot = allocator.allocate()
    if (slot === undefined) {
      return this.#notStarted(version.id, 'This node runs as many instances as it can.')
    }
    let member: Member
    try {
      const instance = this.#deps.launch(route, version, slot, {
        onEnded: (expected, begunId) => this.#ended(member, expected, begunId),
        onRetire: () => this.#retire(member),
      })
      member = new Member(instance, route.timeoutMs, slots, clock.now())
    } catch (error) {
      allocator.retire(slot)
      const message = `An instance could not be started: ${(error as Error).message}.`
      note(this.#functionId, message)
      return this.#notStarted(version.id, message)
    }
    this.#members.set(member.instance.id, member)
    void member.instance.started.then((outcome) => this.#answered(member, outcome))
    return member
  }

  #answered(member: Member, outcome: StartOutcome): void {
    const { instance } = member
    if (outcome.kind === 'failed') {
      if (!this.#closed) this.#notStarted(instance.versionId, outcome.message)
      return
    }
    member.lastUsedMs = this.#deps.clock.now()
    // Asked to leave while it was starting: no thread needs to hear of it.
    if (instance.state !== 'ready' || this.#closed) return
    this.#deps.slots.open(instance.slot)
    member.announced = true
    this.#announcer.up(instance)
    this.update()
  }

  /** Holds back the next start and answers those who wait, unless another instance will serve them. */
  #notStarted(versionId: string, message: string): string {
    if (versionId !== this.#route?.version?.id) return message
    this.#backoff.failed(this.#deps.clock.now())
    const version = { functionId: this.#functionId, versionId }
    this.#refuse(versionId, this.#deps.threads.waiting(version))
    return message
  }

  #refuse(versionId: string, threadIndexes: readonly number[]): void {
    if (this.counts().total > 0) return
    const retryAfterMs = Math.max(0, this.#backoff.retryAtMs - this.#deps.clock.now())
    this.#announcer.startFailed(threadIndexes, versionId, retryAfterMs)
  }

  #ended(member: Member, expected: boolean, begunId: (threadIndex: number) => number): void {
    const { instance } = member
    const { allocator, clock } = this.#deps
    this.#noteUse(clock.now())
    allocator.retire(instance.slot)
    if (member.announced) {
      this.#announcer.down(instance, begunId)
      // Unused, it would be started again and again for the minimum's sake.
      if (!expected && !member.used) this.#notStarted(instance.versionId, 'ended by itself')
    }
    void instance.gone.then(() => {
      this.#members.delete(instance.id)
      this.#noteFailure(instance.ending)
    })
    this.update()
  }

  #noteFailure({ reason, sentence }: Ending): void {
    if (reason !== 'out-of-memory' && reason !== 'hung' && reason !== 'crashed') return
    const message = sentence.replace(/^killed: /, '')
    this.#lastFailure = { reason, message, atMs: this.#deps.clock.now() }
  }

  #retire(member: Member): void {
    member.isRetiring = true
    this.#draining.begin(member)
    this.update()
  }

  #stop(member: Member, order: Order): void {
    void member.instance.stop(order, this.#deps.stopGraceMs)
  }
}
