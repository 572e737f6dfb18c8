import { forgetEvents } from '../store/event-retention.ts'
import type { ControlDeps } from './deps.ts'
import { Sweep } from './sweep.ts'

const KEPT_DAYS = 400

export function eventRetention(deps: Pick<ControlDeps, 'store' | 'logger' | 'eventsDays'>): Sweep {
  const { store, logger, eventsDays = KEPT_DAYS } = deps
  return new Sweep({
    sweep: (signal) => forgetEvents(store, eventsDays, signal),
    failure: 'old events could not be forgotten',
    logger,
  })
}
