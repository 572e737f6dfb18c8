import type {
  ChangeWebhookSerializer,
  CreatedWebhookSerializer,
  CreateWebhookSerializer,
  WebhookSerializer,
} from '../../client/types.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'
import { type DeliveryFlags, deliveryQuery, printDeliveries, showTest } from './deliveries.ts'

type EventNames = NonNullable<CreateWebhookSerializer['events']>

interface WebhookFlags extends ApiFlags {
  readonly event?: readonly string[]
  readonly description?: string
}

const COLUMNS: readonly Column<WebhookSerializer>[] = [
  { title: 'ID', value: (webhook) => webhook.id },
  { title: 'URL', value: (webhook) => webhook.url, flexible: true },
  { title: 'EVENTS', value: events, flexible: true },
  { title: 'STATE', value: state },
]

export async function listWebhooks(flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.webhooks.list(scope.projectId)
  if (json) return printJson(answer)
  if (answer.results.length === 0) {
    return note('The project has no webhooks: `latchkey webhook create <url>`.')
  }
  print(table(COLUMNS, answer.results, outputWidth()))
}

export async function getWebhook(id: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  show(await client.webhooks.get(scope.projectId, id), json)
}

export async function createWebhook(
  url: string,
  flags: WebhookFlags & { disabled?: boolean },
): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const webhook = await client.webhooks.create(scope.projectId, {
    url,
    description: flags.description ?? '',
    events: [...(flags.event ?? [])] as EventNames,
    enabled: flags.disabled !== true,
  })
  printSecret(webhook, json)
  if (new URL(url).protocol === 'http:') {
    note('It begins with http://: who listens on the way can read what is sent.')
  }
  note(`Try it: \`latchkey webhook test ${webhook.id}\`.`)
}

export async function updateWebhook(
  id: string,
  flags: WebhookFlags & {
    to?: string
    allEvents?: boolean
    enable?: boolean
    disable?: boolean
  },
): Promise<void> {
  const change: ChangeWebhookSerializer = {}
  if (flags.to !== undefined) change.url = flags.to
  if (flags.description !== undefined) change.description = flags.description
  if (flags.event !== undefined) change.events = [...flags.event] as EventNames
  if (flags.allEvents === true) change.events = []
  if (flags.enable === true) change.enabled = true
  if (flags.disable === true) change.enabled = false
  if (Object.keys(change).length === 0) {
    throw usage('There is nothing to change.', 'See `latchkey webhook update --help`.')
  }
  const { client, scope, json } = openSession(flags)
  show(await client.webhooks.update(scope.projectId, id, change), json)
}

export async function rotateSecret(id: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const webhook = await client.webhooks.rotateSecret(scope.projectId, id)
  printSecret(webhook, json)
  note(`The old secret signs beside it until ${webhook.old_secret_ends_at}.`)
}

export async function testWebhook(id: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  showTest(await client.webhooks.test(scope.projectId, id), json)
}

export async function listDeliveries(id: string, flags: ApiFlags & DeliveryFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.webhooks.deliveries(scope.projectId, id, deliveryQuery(flags))
  if (json) printJson(answer)
  else printDeliveries(answer)
}

export async function redeliver(id: string, delivery: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.webhooks.redeliver(scope.projectId, id, delivery)
  if (json) printJson(answer)
  note(`${delivery} is sent again: see \`latchkey webhook deliveries ${id}\`.`)
}

export async function deleteWebhook(
  id: string,
  flags: ApiFlags & { yes?: boolean },
): Promise<void> {
  const { client, scope } = openSession(flags)
  await confirmDeletion(`the webhook ${id}`, flags.yes)
  await client.webhooks.delete(scope.projectId, id)
  note(`The webhook ${id} is deleted.`)
}

function printSecret(webhook: CreatedWebhookSerializer, json: boolean): void {
  if (json) printJson(webhook)
  else printLine(visible(webhook.secret))
  note(
    `This is the secret of the webhook ${webhook.id}, with which its receiver checks signatures. It is not shown again: keep it now.`,
  )
}

function show(webhook: WebhookSerializer, json: boolean): void {
  if (json) {
    printJson(webhook)
    return
  }
  print(
    details([
      ['webhook', webhook.id],
      ['url', webhook.url],
      ['description', webhook.description],
      ['events', events(webhook)],
      ['state', state(webhook)],
      ['last delivered', webhook.last_delivered_at ?? 'never'],
      ['last failed', webhook.last_failed_at ?? 'never'],
      ['old secret', oldSecret(webhook)],
      ['created', webhook.created_at],
    ]),
  )
}

function oldSecret({ old_secret_ends_at: end }: WebhookSerializer): string {
  const isValid = end !== null && Date.parse(end) > Date.now()
  return isValid ? `signs too until ${end}` : 'none'
}

function events(webhook: WebhookSerializer): string {
  return webhook.events.length === 0 ? 'all' : webhook.events.join(', ')
}

function state(webhook: WebhookSerializer): string {
  if (!webhook.enabled) return `disabled (${webhook.disabled_reason})`
  const { last_failed_at: failed, last_delivered_at: delivered } = webhook
  return failed !== null && failed > (delivered ?? '') ? 'failing' : 'enabled'
}
