import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Calls, type CallsOptions } from '../../src/calls/calls.ts'
import type { CallRun, CallView, NewCall, RunOutcome } from '../../src/domain/calls.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'

/** Real calls in a folder of their own, with the test in the gateway's place. */
export class CallsUnderTest {
  readonly folder: string
  calls: Calls
  /** Tries that have begun, oldest first; each waits for its `end`. */
  readonly runs: { readonly run: CallRun; end(outcome: RunOutcome): void }[] = []
  readonly #options: Partial<CallsOptions>

  private constructor(folder: string, options: Partial<CallsOptions>) {
    this.folder = folder
    this.#options = options
    this.calls = this.#open()
  }

  static async start(options: Partial<CallsOptions> = {}): Promise<CallsUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-calls-'))
    return new CallsUnderTest(folder, options)
  }

  /** As after a kill: nothing is closed in order, and what ran is not known. */
  reopen(): void {
    this.runs.length = 0
    this.calls = this.#open()
  }

  /** Resolves with the try number `index` when it has begun. */
  async begun(index: number) {
    await until(() => this.runs.length > index)
    return this.runs[index]!
  }

  async settled(id: string, holds: (view: CallView) => boolean): Promise<CallView> {
    await until(() => {
      const found = this.calls.find(id)
      return found !== undefined && holds(found.view)
    })
    return this.calls.find(id)!.view
  }

  #open(): Calls {
    return new Calls({
      path: join(this.folder, 'calls.db'),
      rules: { attemptsMax: 3, firstDelayMs: 1, longestDelayMs: 10 },
      parallelMax: 8,
      parallelPerFunctionMax: 2,
      waitingMax: 1000,
      waitingPerFunctionMax: 500,
      bytesMax: 1024 * 1024,
      keptMs: 60_000,
      deadKeptMs: 120_000,
      clock: systemClock,
      logger: silentLogger(),
      run: (run) => new Promise((end) => void this.runs.push({ run, end })),
      ...this.#options,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.runs) end({ kind: 'interrupted' })
    await this.calls.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export function newCall(functionId = 'f', overrides: Partial<NewCall> = {}): NewCall {
  return {
    functionId,
    keyId: null,
    keyDigest: null,
    trigger: null,
    request: {
      method: 'POST',
      url: '/f-tests-aaaaaaaa/x',
      target: '/x',
      fields: '\nhost\nexample.org',
      callerFields: '',
      address: null,
      proto: 'http',
    },
    body: new Uint8Array([1, 2, 3]),
    ...overrides,
  }
}

export function answered(status: number, headers: readonly string[] = []): RunOutcome {
  const answer = { status, headers, body: Buffer.from(`status ${status}`), isTooLarge: false }
  return { kind: 'answered', answer, code: undefined }
}

/** Polls: for state that no event tells of. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5)
}
