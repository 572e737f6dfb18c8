import { MAIL_TEST_TYPE } from '../domain/delivery.ts'
import type { EventBody } from '../domain/events.ts'

export interface MailText {
  readonly subject: string
  readonly text: string
}

/** What a person reads of an event: plain text, one fact a line. */
export function mailText(body: EventBody, project: string): MailText {
  const sentence = sentenceOf(body)
  const facts = [
    ['project', `${project} (${body.project_id})`],
    ...(body.type === MAIL_TEST_TYPE ? [] : [['key', `${keyOf(body).name} (${keyOf(body).id})`]]),
    ...Object.entries(body.data)
      .filter(([name]) => name !== 'key')
      .map(([name, value]) => [name.replaceAll('_', ' '), factOf(value)]),
    ['time', body.created_at],
    ['event', `${body.type} ${body.id}`],
  ].map(([name, value]) => `${name}: ${value}`)
  const advice = ADVICE[body.type]?.(keyOf(body).name)
  const parts = [`${sentence}.`, facts.join('\n'), ...(advice === undefined ? [] : [advice])]
  return {
    subject: `[Latchkey] ${sentence.replace(/\p{Cc}/gu, ' ')}`,
    text: `${parts.join('\n\n')}\n`,
  }
}

function sentenceOf(body: EventBody): string {
  const { days, address } = body.data
  const { name } = keyOf(body)
  switch (body.type) {
    case 'key.expiring':
      return `The key ${name} expires ${inDays(days)}`
    case 'key.expired':
      return `The key ${name} has expired`
    case 'key.unused':
      return `The key ${name} has not been used${typeof days === 'number' ? ` for ${days} days` : ''}`
    case 'key.leaked':
      return `The key ${name} was deleted because it leaked`
    case 'key.new-address':
      return `The key ${name} was used from a new address${typeof address === 'string' ? `, ${address}` : ''}`
    case MAIL_TEST_TYPE:
      return 'This is a test: mails of this server arrive'
    default:
      return `${body.type}: ${name}`
  }
}

const ADVICE: Readonly<Record<string, (key: string) => string>> = {
  'key.expiring': (key) =>
    `To go on with the same secret: latchkey key update ${key} --expire 90d\nTo change the secret without an outage: latchkey key rotate ${key}`,
  'key.expired': (key) =>
    `Requests with it are refused. To renew it: latchkey key update ${key} --expire 90d`,
  'key.unused': (key) => `If nobody needs it: latchkey key delete ${key}`,
  'key.new-address': (key) =>
    `If you do not know the address: latchkey key disable ${key}, then see latchkey key usage ${key}`,
}

function inDays(days: unknown): string {
  if (typeof days !== 'number') return 'soon'
  return days === 1 ? 'in 1 day' : `in ${days} days`
}

function factOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Tests have none. */
function keyOf(body: EventBody): { id: string; name: string } {
  return (body.data as Partial<EventBody['data']>).key ?? { id: '', name: '' }
}
