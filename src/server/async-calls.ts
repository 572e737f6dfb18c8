import { Calls } from '../calls/calls.ts'
import type { CallRun, RunOutcome } from '../domain/calls.ts'
import type { AsyncCallsTarget } from '../gateway/async-calls.ts'
import { systemClock } from '../lib/clock.ts'
import type { DataPaths } from './paths.ts'
import { publicUrl } from './public-url.ts'
import type { RoleDeps } from './role-messages.ts'

/** Opens what is kept of calls. Nothing is run before `start`. */
export function openCalls(
  { settings, logger }: RoleDeps,
  paths: DataPaths,
  run: (run: CallRun) => Promise<RunOutcome>,
): Calls {
  return new Calls({
    path: paths.calls,
    rules: {
      attemptsMax: settings.callAttempts,
      firstDelayMs: settings.callFirstDelayMs,
      longestDelayMs: Math.max(settings.callFirstDelayMs, settings.callLongestDelayMs),
    },
    parallelMax: settings.callsParallel,
    parallelPerFunctionMax: settings.callsParallelPerFunction,
    waitingMax: settings.callsWaiting,
    waitingPerFunctionMax: settings.callsWaitingPerFunction,
    bytesMax: settings.callsDiskBytes,
    keptMs: settings.callsKeptSeconds * 1000,
    deadKeptMs: settings.callsDeadKeptSeconds * 1000,
    clock: systemClock,
    logger,
    run,
  })
}

/** For the gateway threads. */
export function callsTarget({ settings }: RoleDeps, desk: Calls): AsyncCallsTarget {
  return {
    desk,
    bodyBytesMax: settings.callBodyBytesMax,
    answerBytesMax: settings.callAnswerBytesMax,
    publicUrl: publicUrl(settings),
  }
}
