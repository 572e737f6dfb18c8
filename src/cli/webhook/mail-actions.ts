import type { ApiFlags } from '../options.ts'
import { printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type DeliveryFlags, deliveryQuery, printDeliveries, showTest } from './deliveries.ts'

export async function listMails(
  flags: ApiFlags & DeliveryFlags & { recipient?: string },
): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const query = { ...deliveryQuery(flags), recipient: flags.recipient }
  const answer = await client.mails.list(scope.projectId, query)
  if (json) printJson(answer)
  else printDeliveries(answer)
}

export async function testMail(address: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  showTest(await client.mails.test(scope.projectId, address), json)
}
