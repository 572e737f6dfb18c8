import type { DeliveryListSerializer, DeliverySerializer } from '../../client/types.ts'
import { Failure } from '../failure.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { type Column, outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'

export interface DeliveryFlags {
  readonly state?: string
  readonly type?: string
  readonly limit?: number
  readonly offset?: number
}

const COLUMNS: readonly Column<DeliverySerializer>[] = [
  { title: 'DELIVERY', value: (delivery) => delivery.id },
  { title: 'EVENT', value: (delivery) => delivery.type },
  { title: 'CREATED', value: (delivery) => delivery.created_at },
  { title: 'STATE', value: (delivery) => delivery.state },
  { title: 'ATTEMPTS', value: (delivery) => String(delivery.attempts.length) },
  { title: 'LAST', value: lastAttempt, flexible: true },
]

export function deliveryQuery({ state, type, limit, offset }: DeliveryFlags) {
  return { state, type, limit, offset }
}

export function printDeliveries(answer: DeliveryListSerializer): void {
  if (answer.results.length === 0) {
    note('Nothing was sent.')
    return
  }
  const isMail = answer.results.some(({ recipient }) => recipient !== null)
  const recipient = { title: 'TO', value: (one: DeliverySerializer) => one.recipient ?? '' }
  const columns = isMail ? [...COLUMNS.slice(0, 2), recipient, ...COLUMNS.slice(2)] : COLUMNS
  print(table(columns, answer.results, outputWidth()))
}

/** A test that did not arrive ends the command as a failure does. */
export function showTest(delivery: DeliverySerializer, json: boolean): void {
  if (json) printJson(delivery)
  const attempt = delivery.attempts.at(-1)
  if (delivery.state !== 'delivered') {
    throw new Failure('failed', `The test was not delivered: ${attempt?.error ?? 'see the log.'}`)
  }
  if (!json) printLine(visible(lastAttempt(delivery)))
  note('The test was delivered.')
}

function lastAttempt({ attempts, reason }: DeliverySerializer): string {
  if (reason !== null) return reason.replaceAll('_', ' ')
  const attempt = attempts.at(-1)
  if (attempt === undefined) return ''
  const { status, error, duration_ms: ms } = attempt
  const parts = [status ?? '', ms === null ? '' : `${ms} ms`, error ?? '']
  return parts.filter((part) => part !== '').join(' ')
}
