import { MAIL_TEST_TYPE } from '../domain/delivery.ts'
import { eventTitle } from '../domain/event-title.ts'
import type { EventBody, EventType } from '../domain/events.ts'

export interface MailText {
  readonly subject: string
  readonly text: string
}

/** What a person reads of an event: plain text, one fact a line. */
export function mailText(body: EventBody, project: string): MailText {
  const sentence = sentenceOf(body)
  const facts = factsOf(body, project).map(([name, value]) => `${name}: ${value}`)
  const advice = ADVICE[body.type]?.(keyOf(body).name)
  const parts = [`${sentence}.`, facts.join('\n'), ...(advice === undefined ? [] : [advice])]
  const subject = `[Latchkey] ${sentence}`.replace(/\p{Cc}/gu, ' ')
  return { subject, text: `${parts.join('\n\n')}\n` }
}

function sentenceOf({ type, created_at, data }: EventBody): string {
  if (type === MAIL_TEST_TYPE) return 'This is a test: mails of this server arrive'
  const { name: keyName } = data.key
  return eventTitle({ type: type as EventType, keyName, data, atMs: Date.parse(created_at) })
}

function factsOf(body: EventBody, project: string): [name: string, value: string][] {
  const { key: _, ...data } = body.data
  const { id, name } = keyOf(body)
  return [
    ['project', `${project} (${body.project_id})`],
    ...(id === '' ? [] : [['key', `${name} (${id})`] as [string, string]]),
    ...Object.entries(data).map(([member, value]): [string, string] => [
      member.replaceAll('_', ' '),
      factOf(value),
    ]),
    ['time', body.created_at],
    ['event', `${body.type} ${body.id}`],
  ]
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

function factOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Tests have none. */
function keyOf(body: EventBody): { id: string; name: string } {
  return (body.data as Partial<EventBody['data']>).key ?? { id: '', name: '' }
}
