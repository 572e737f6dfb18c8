import type { CallStateChoices } from '../../../src/client/types.ts'

export const CALL_STATES: readonly CallStateChoices[] = [
  'queued',
  'running',
  'retrying',
  'succeeded',
  'failed',
  'dead',
]

const MEANINGS: Readonly<Record<CallStateChoices, string>> = {
  queued: 'It has not been tried yet.',
  running: 'A try is under way.',
  retrying: 'A try has failed, and it is tried again.',
  succeeded: 'The function answered with success.',
  failed: 'The function answered with a 4xx status: a result, which is not tried again.',
  dead: 'It was given up, and is tried no more unless you say so.',
}

export function meaningOf(state: CallStateChoices): string {
  return MEANINGS[state]
}

/** As badges say it. */
export function callStateText(state: string): string {
  return state.charAt(0).toUpperCase() + state.slice(1)
}

const REASONS: Readonly<Record<string, string>> = {
  attempts_exhausted: 'It was tried as often as calls are.',
  interrupted: 'The data node ended too often while it ran.',
  key_required: 'Its key opens the function no more.',
  key_not_permitted: 'Its key may no longer use this method and path.',
  function_not_found: 'The function is gone.',
  function_failed: 'The function threw an error.',
  function_timeout: 'The function did not answer within its time limit.',
  instance_lost: 'The instance ended before it answered.',
  function_disabled: 'The function is disabled.',
  queue_full: 'No instance became free in time.',
}

export function reasonText(code: string): string {
  return REASONS[code] ?? code
}
