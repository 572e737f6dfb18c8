import type { Envs } from '../domain/function.ts'
import type { Route, Version } from '../domain/routes.ts'
import { type Deferred, deferred, withTimeout } from '../lib/deferred.ts'
import { ControlChannel } from '../wire/control-channel.ts'
import { describeEnding, type Ending, endInside, loadErrorSentence, type Order } from './ending.ts'
import { removeInstanceFolder } from './instance-folder.ts'
import { type CapturedLine, captureLines } from './log-lines.ts'
import { takeMarker } from './marker.ts'
import { signalGroup, signalProcess } from './process-group.ts'
import { SecretMask } from './secret-mask.ts'
import type { StartedShim } from './spawn.ts'

/*
 * How a function lives:
 *
 *    ASSIGN              READY        drain            STOP, TERM, KILL
 *   ---------> starting ------> ready ------> draining ------> stopping ------> ended
 *                  |              |               |                                ^
 *                  +--------------+---------------+--------------------------------+
 *                    FAILED, too late, crash, out of memory, killed because it hangs
 *
 * `ended` is when the process is gone: its marker has been read and `onEnded` was called.
 * `gone` is when its last line of output has been read too.
 */
export type InstanceState = 'starting' | 'ready' | 'draining' | 'stopping' | 'ended'

export interface InstanceSpec {
  /** Whose process becomes the instance. */
  readonly shim: StartedShim
  readonly route: Route
  readonly version: Version
  /** Its secret environment values, opened. */
  readonly secrets: Envs
  /** Index in the shared slot table. */
  readonly slot: number
  readonly artifactFolder: string
  readonly startTimeoutMs: number
}

export interface InstanceEvents {
  onLine(stream: 'stdout' | 'stderr' | 'system', line: CapturedLine): void
  /** Once, as soon as the process is gone. `begunId` is 0 for a thread none of whose requests had begun. */
  onEnded(expected: boolean, begunId: (threadIndex: number) => number): void
  /** It asks to be replaced: what it has in flight ends, and then it is to be killed. */
  onRetire(): void
}

export interface FailedStart {
  readonly kind: 'failed'
  /** A sentence for the function's owner. */
  readonly message: string
}

export type StartOutcome = { readonly kind: 'ready' } | FailedStart

const NOT_STARTED: Order = { reason: 'start-failed', sentence: 'could not be started' }
const STDERR_TAIL_CHARS = 8 * 1024
/** After the process has ended its pipes hold at most what they hold; only a stray grandchild keeps them open. */
const DRAIN_PIPES_MS = 1000

export class Instance {
  readonly id: string
  readonly versionId: string
  readonly slot: number
  /** The marker file, see `spawn.ts`. */
  readonly begunPath: string
  /** Never rejects. */
  readonly started: Promise<StartOutcome>
  readonly gone: Promise<void>

  readonly #spec: InstanceSpec
  readonly #events: InstanceEvents
  readonly #shim: StartedShim
  readonly #control: ControlChannel
  readonly #answered: Deferred<StartOutcome> = deferred()
  readonly #exited: Deferred<void> = deferred()
  readonly #mask: SecretMask
  #state: InstanceState = 'starting'
  #ordered: Order | undefined
  #stderrTail = ''
  /** Known once the last line has been read: stderr may tell why. */
  #ending: Ending = { expected: false, reason: 'crashed', sentence: 'still running' }

  constructor(spec: InstanceSpec, events: InstanceEvents) {
    const { shim } = spec
    this.id = shim.id
    this.versionId = spec.version.id
    this.slot = spec.slot
    this.begunPath = shim.markerPath
    this.#spec = spec
    this.#events = events
    this.#shim = shim
    this.#mask = new SecretMask(spec.secrets)
    this.gone = this.#live()
    this.#control = new ControlChannel(shim.control, {
      // Loaded is not yet alive: what it has loaded may keep it busy for ever.
      onReady: () => this.#control.ping(),
      onPong: () => this.#answered.resolve(this.#publish()),
      onFailed: (message) =>
        this.#answered.resolve({ kind: 'failed', message: this.#mask.hide(message) }),
      onRetire: (message) => this.#retire(message),
      onClose: () => {
        // The process has ended or is about to; its exit says the rest.
      },
    })
    this.started = this.#start()
  }

  /** For gateway threads of this process; of use once it is ready. */
  get socketPath(): string {
    return this.#shim.socket.path
  }

  get state(): InstanceState {
    return this.#state
  }

  get shim(): StartedShim {
    return this.#shim
  }

  get memoryMb(): number {
    return this.#spec.version.memoryMb
  }

  /** How it ended; said truly once it is `gone`. */
  get ending(): Ending {
    return this.#ending
  }

  /** The instance is to take no more requests; what it has in flight goes on. */
  drain(): void {
    if (this.#state === 'ready') this.#state = 'draining'
  }

  /** Asks the instance to end, then insists: STOP, TERM, KILL. Resolves when it is gone. */
  async stop({ reason, sentence }: Order, graceMs: number): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'ended') return this.gone
    const wasStarting = this.#state === 'starting'
    this.#state = 'stopping'
    this.#ordered = { reason, sentence: `stopped: ${sentence}` }
    if (wasStarting) {
      this.#signal('SIGKILL')
      return this.gone
    }
    this.#control.stop()
    if (!(await this.#exitsWithin(graceMs))) this.#signal('SIGTERM')
    if (!(await this.#exitsWithin(graceMs))) this.#signal('SIGKILL')
    return this.gone
  }

  /** Ends the whole process group at once. */
  kill(order: Order): void {
    if (this.#state === 'ended') return
    this.#state = 'stopping'
    this.#ordered ??= { ...order, sentence: `killed: ${order.sentence}` }
    this.#signal('SIGKILL')
  }

  /** Ends it because it holds so much more memory than its flavor allows. */
  outOfMemory(heldMb: number): void {
    const sentence = `out of memory: it held ${heldMb} MB and its flavor allows ${this.memoryMb} MB`
    this.kill({ reason: 'out-of-memory', sentence })
  }

  /** The start, raced against the process' end and the time limit. */
  async #start(): Promise<StartOutcome> {
    const startedAtMs = performance.now()
    this.#assign()
    const { startTimeoutMs } = this.#spec
    const late: FailedStart = {
      kind: 'failed',
      message: `The instance was not ready within ${startTimeoutMs / 1000} seconds.`,
    }
    const ended = this.gone.then(() => this.#endedTooSoon())
    const answer = Promise.race<StartOutcome>([this.#answered.promise, ended])
    const outcome = await withTimeout(answer, startTimeoutMs, late)
    if (outcome.kind === 'ready' && this.#state === 'starting') {
      this.#state = 'ready'
      this.#system(`instance started in ${Math.round(performance.now() - startedAtMs)} ms`)
      return outcome
    }
    const failed = outcome.kind === 'failed' ? outcome : await ended
    this.#system(`instance could not be started: ${failed.message}`)
    this.#ordered ??= NOT_STARTED
    this.kill(NOT_STARTED)
    return failed
  }

  #assign(): void {
    const { route, version, secrets, artifactFolder } = this.#spec
    try {
      this.#control.assign({
        socketPath: this.#shim.socketPath,
        folder: this.#shim.codeFolder ?? artifactFolder,
        entry: version.artifact.entry,
        method: version.artifact.method,
        envs: { ...version.envs, ...secrets },
        function: {
          name: route.name,
          namespace: route.namespace,
          runtime: version.artifact.runtime,
          timeoutSeconds: route.timeoutMs / 1000,
          memoryLimitMb: version.memoryMb,
        },
      })
    } catch (error) {
      this.#answered.resolve({ kind: 'failed', message: (error as Error).message })
    }
  }

  #publish(): StartOutcome {
    try {
      this.#shim.socket.publish()
      return { kind: 'ready' }
    } catch (error) {
      const message = `The instance cannot be reached: ${(error as Error).message}.`
      return { kind: 'failed', message }
    }
  }

  #endedTooSoon(): FailedStart {
    const { expected, sentence } = this.#ending
    const tail = this.#mask.hide(this.#stderrTail)
    const error = loadErrorSentence(tail, this.#shim.codeFolder ?? this.#spec.artifactFolder)
    const how = expected ? sentence : `ended before it was ready (${sentence})`
    return {
      kind: 'failed',
      message: `The instance ${how}${error === undefined ? '.' : `: ${error}`}`,
    }
  }

  /** From the process' start to the last line of its output. */
  #live(): Promise<void> {
    const { child, stdout, stderr } = this.#shim
    const mask = this.#mask
    const out = captureLines(stdout, (line) => this.#events.onLine('stdout', line), undefined, mask)
    const err = captureLines(
      stderr,
      (line) => this.#events.onLine('stderr', line),
      (bytes) => {
        this.#stderrTail = (this.#stderrTail + bytes.toString()).slice(
          -STDERR_TAIL_CHARS - mask.charsMax,
        )
      },
      mask,
    )
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    return new Promise((resolve) => {
      const ended = async (code: number | null, signal: NodeJS.Signals | null): Promise<void> => {
        this.#signal('SIGKILL')
        this.#ended()
        out.release()
        err.release()
        await withTimeout(closed, DRAIN_PIPES_MS, undefined)
        stdout.destroy()
        stderr.destroy()
        this.#control.close()
        this.#ending = this.#describe(code, signal)
        this.#noteEnding()
        resolve()
      }
      child.once('exit', ended)
      child.once('error', (error) => {
        this.#stderrTail += error.message
        if (child.pid === undefined) void ended(null, null)
      })
    })
  }

  #ended(): void {
    this.#state = 'ended'
    const begunId = takeMarker(this.#shim.marker)
    this.#shim.socket.close()
    // What cannot be removed yet is left to the engine, which first ends who still writes there.
    removeInstanceFolder(this.#shim.folder)
    this.#exited.resolve()
    this.#events.onEnded(wasOrdered(this.#ordered), begunId)
  }

  #describe(code: number | null, signal: NodeJS.Signals | null): Ending {
    const { memoryMb } = this.#spec.version
    return describeEnding({
      ...(this.#shim.sandbox.isEnclosed ? endInside(code, signal) : { code, signal }),
      memoryMb,
      wasOutOfMemory: this.#shim.cgroup?.wasOutOfMemory ?? false,
      stderrTail: this.#mask.hide(this.#stderrTail),
      ordered: this.#ordered,
    })
  }

  #noteEnding(): void {
    const { expected, sentence } = this.#ending
    // A start that failed has its own line, which says why.
    if (this.#ordered === NOT_STARTED) return
    this.#system(expected ? `instance ${sentence}` : `instance crashed: ${sentence}`)
  }

  #exitsWithin(ms: number): Promise<boolean> {
    const exited = this.#exited.promise.then(() => true)
    return withTimeout(exited, ms, false)
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { sandbox, child } = this.#shim
    if (child.pid === undefined) return
    // Around an enclosed one are others that would end at once, and it with them.
    const inside = sandbox.isEnclosed && signal === 'SIGTERM' ? sandbox.insideOf(child) : undefined
    if (inside === undefined) signalGroup(child.pid, signal)
    else signalProcess(inside, signal)
  }

  #retire(message: string): void {
    if (this.#state !== 'ready' && this.#state !== 'draining') return
    this.#system(`instance asks to be replaced: ${message}`)
    this.#events.onRetire()
  }

  #system(message: string): void {
    this.#events.onLine('system', { requestId: null, message: this.#mask.hide(message) })
  }
}

/** An end that the function has brought upon itself is none that was expected. */
function wasOrdered(ordered: Order | undefined): boolean {
  return ordered !== undefined && ordered.reason !== 'out-of-memory'
}
